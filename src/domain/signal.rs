//! Signals: dated things that an account did, and the sources handoffs come from (`DOMAIN.md 1`).

use super::ids::{AccountId, ContactId, SignalId};
use super::time::Instant;
use super::words::words;

/// The kinds of signal that the shipped policy weighs; a policy may add more.
pub const KINDS: &[&str] = &[
    "demo_request",
    "trial_signup",
    "sales_call_request",
    "contact_form",
    "chat_callback",
    "meeting_request",
    "pricing_visit",
    "roi_calculator",
    "key_page_visit",
    "site_visit",
    "content_download",
    "webinar",
    "event",
    "email_open",
    "email_click",
    "email_reply",
    "third_party_surge",
    "ad_click",
    "referral",
    "partner_intro",
    "product_usage",
    "expansion_request",
];

words! {
    /// The channel a handoff came from.
    #[derive(Default)]
    Source, "a source" {
        /// The account asked for us.
        DirectDemand = "direct_demand",
        /// An intent vendor saw it.
        IntentPlatform = "intent_platform",
        /// It answered a campaign.
        #[default]
        Campaign = "campaign",
        /// Met at an event.
        Event = "event",
        /// Somebody introduced it.
        Referral = "referral",
        /// We went to it.
        Outbound = "outbound",
        /// It used the product.
        Product = "product",
        /// Customer success passed it on.
        CustomerSuccess = "customer_success",
    }
}

/// Something dated that an account did.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Signal {
    /// Its id in this store.
    pub id: SignalId,
    /// The account that did it.
    pub account: AccountId,
    /// The contact that did it, where known.
    pub contact: Option<ContactId>,
    /// What it was; a key of the policy's `[signals]`.
    pub kind: String,
    /// When it happened.
    pub at: Instant,
    /// Where it was seen, as written (`website`, `bombora`, `newsletter`).
    pub source: Option<String>,
    /// What exactly, in a line.
    pub detail: Option<String>,
    /// A value the signal carries: a surge score, an open rate in percent, minutes on site.
    pub value: Option<f64>,
}
