//! Every test that needs more than one module, in one program: it links once, so it stays quick to build.

#[cfg(test)]
mod cli;
#[cfg(test)]
mod criteria;
#[cfg(test)]
mod dependencies;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod fault;
#[cfg(test)]
mod first_start;
#[cfg(test)]
mod journeys;
#[cfg(test)]
mod layers;
#[cfg(test)]
mod manager;
#[cfg(test)]
mod matching;
#[cfg(test)]
mod measures;
#[cfg(test)]
mod package_work;
#[cfg(test)]
mod policy;
#[cfg(test)]
mod policy_change;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod roles;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod support;
#[cfg(test)]
mod terminal;
