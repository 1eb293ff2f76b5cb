//! The buying committee: the contacts with decision authority, strongest role first.

use super::{Known, Material};
use crate::domain::contact::{BuyingRole, Contact};

pub(super) fn known(material: &Material<'_>) -> Known {
    let mut members: Vec<_> =
        material.contacts.iter().filter(|contact| contact.authority).collect();
    members.sort_by_key(|contact| (contact.role, contact.id));
    let short: Vec<_> = members
        .iter()
        .map(|contact| match contact.title.as_deref().map(str::trim) {
            Some(title) if !title.is_empty() => format!("{} ({title})", contact.name.trim()),
            _ => contact.name.trim().to_owned(),
        })
        .collect();
    let lines = members.iter().map(|contact| {
        let mut line = person_line(contact);
        for extra in contact.profile.iter().chain(&contact.email) {
            line.push_str(" · ");
            line.push_str(extra.trim());
        }
        line
    });
    Known::long((!short.is_empty()).then(|| short.join(", ")), lines.collect())
}

/// `Sarah Chen · CMO · decision maker`.
pub(super) fn person_line(contact: &Contact) -> String {
    let role = match (contact.role, contact.authority) {
        (BuyingRole::Unknown, true) => Some("decision authority".to_owned()),
        (BuyingRole::Unknown, false) => None,
        (role, _) => Some(role.key().replace('_', " ")),
    };
    let title = contact.title.as_deref().map(str::trim).filter(|title| !title.is_empty());
    let parts = [Some(contact.name.trim().to_owned()), title.map(str::to_owned), role];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
