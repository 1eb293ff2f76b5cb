//! Every test that needs more than one module, in one program: it links once, so it stays quick to build.

mod layers;
mod support;
