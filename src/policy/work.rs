//! `[[motions]]`, `[dispositions.*]` and `[playbooks.*]`: how a handoff is worked and how it ends (`DOMAIN.md 7` to
//! `9`).

use std::collections::BTreeMap;

use super::Names;
use super::criteria::{text, texts, tiers, words};
use super::spot::Spot;
use super::tree::{Value, shown};
use super::types::{MOST_DAYS, minimum_work};
use crate::domain::account::Relation;
use crate::domain::field::OUTCOME;
use crate::domain::handoff::Channel;
use crate::domain::person::Role;
use crate::domain::policy::{
    Class, CloseAfter, DispositionRule, Motion, Owes, Place, Playbook, SequenceStep, Task, Then,
};

fn channel(spot: &Spot<'_>) -> Option<Channel> {
    spot.word(Channel::ALL)
}

/// Suggested motions.
pub(super) fn motions(spot: &Spot<'_>, names: &Names<'_>) -> Option<Vec<Motion>> {
    const KEYS: [&str; 8] =
        ["when", "from", "channel", "timing", "angle", "pain", "cycle", "success"];
    spot.each_table(&KEYS, |fields| {
        let mut motion = Motion {
            tier: None,
            industry: Vec::new(),
            stage: None,
            kinds: None,
            from: Role::Ae,
            channel: String::new(),
            timing: String::new(),
            angle: String::new(),
            pain: String::new(),
            cycle: String::new(),
            success: String::new(),
        };
        let when = fields.or("when", (), |spot| motion_when(spot, names, &mut motion));
        let from = fields.or("from", Role::Ae, |spot| spot.word(Role::ALL));
        let channel = fields.or("channel", Channel::Email, channel);
        let angle = fields.need("angle", "\"{{ contact.first_name }}, …\"").and_then(|s| text(&s));
        let or_nothing = |key| fields.or(key, String::new(), text);
        let (timing, pain) = (or_nothing("timing"), or_nothing("pain"));
        let (cycle, success) = (or_nothing("cycle"), or_nothing("success"));
        when?;
        Some(Motion {
            from: from?,
            channel: channel?.key().to_owned(),
            timing: timing?,
            angle: angle?,
            pain: pain?,
            cycle: cycle?,
            success: success?,
            ..motion
        })
    })
}

fn motion_when(spot: &Spot<'_>, names: &Names<'_>, motion: &mut Motion) -> Option<()> {
    let fields = spot.fields(&["tier", "industry", "stage", "type"])?;
    let tier = fields.maybe("tier", tiers);
    let industry = fields.or("industry", Vec::new(), texts);
    let stage = fields.maybe("stage", |spot| spot.word(Relation::ALL));
    let kinds = fields.maybe("type", |spot| {
        spot.each(|spot| {
            spot.name("a type of handoff of this policy", &names.types).map(str::to_owned)
        })
    });
    (motion.tier, motion.stage, motion.kinds) = (tier?, stage?, kinds?);
    motion.industry = industry?;
    if motion.industry.iter().any(|industry| industry == "*") {
        motion.industry.clear();
    }
    Some(())
}

/// Disposition codes, in order: those of the shipped policy first.
pub(super) fn dispositions(spot: &Spot<'_>, names: &Names<'_>) -> Option<Vec<DispositionRule>> {
    let all = spot.entries()?.into_iter().map(|(code, spot)| {
        let good = code.starts_with(|c: char| c.is_ascii_uppercase())
            && code.len() <= 64
            && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        if !good {
            spot.fail_key(
                format!("{} can't be a code", shown(code)),
                "write capital letters, digits and _, a letter first",
            );
        }
        disposition(code, &spot, names)
    });
    all.collect::<Vec<_>>().into_iter().collect()
}

/// What may follow from a class; the first is what does where nothing is said.
const fn follows(class: Class) -> &'static [Then] {
    match class {
        Class::Accept => &[Then::Accept],
        Class::Progress => &[Then::Meeting, Then::Held, Then::Noshow, Then::Opportunity],
        Class::Close => &[Then::Lost, Then::Won],
        Class::Return => &[Then::Returned],
        Class::Recycle => &[Then::Nurture],
        Class::Disqualify => &[Then::Closed],
        Class::Escalate => &[Then::Disputed],
    }
}

fn disposition(code: &str, spot: &Spot<'_>, names: &Names<'_>) -> Option<DispositionRule> {
    let fields = spot.fields(&[
        "class",
        "label",
        "requires",
        "then",
        "tell_marketing",
        "owes",
        "owes_by_type",
    ])?;
    let class = fields.need("class", "\"recycle\"").and_then(|spot| spot.word(Class::ALL));
    let label = fields.or("label", words(&code.to_lowercase()), text);
    let known: Vec<&str> = OUTCOME.iter().map(|field| field.key).collect();
    let requires = fields.or("requires", Vec::new(), |spot| {
        spot.each(|spot| spot.name("a disposition field", &known).map(str::to_owned))
    });
    let then = fields.maybe("then", |spot| spot.word(Then::ALL));
    let tell_marketing = fields.maybe("tell_marketing", text);
    let owes = fields.or("owes", None, owes);
    let owes_by_type = fields.or("owes_by_type", BTreeMap::new(), |spot| {
        let all = spot.entries()?.into_iter().map(|(kind, spot)| {
            if !names.types.contains(&kind) {
                spot.unknown_key(kind, &names.types);
                return None;
            }
            Some((kind.to_owned(), minimum_work(&spot)?))
        });
        all.collect::<Vec<_>>().into_iter().collect()
    });
    let (class, then) = (class?, then?);
    if code == "NO_RESPONSE" && class != Class::Recycle {
        fields.blame(&["class"]).fail(
            format!("no response is never final, and the class \"{class}\" is"),
            "write class = \"recycle\"",
        );
        return None;
    }
    let may = follows(class);
    let then = match then.or_else(|| may.first().copied()) {
        Some(then) if may.contains(&then) => then,
        _ => {
            let keys: Vec<&str> = may.iter().map(|then| then.key()).collect();
            fields.blame(&["then", "class"]).fail(
                format!("this doesn't follow from the class \"{class}\""),
                format!("write then = {}", keys.join(" or ")),
            );
            return None;
        }
    };
    Some(DispositionRule {
        code: code.to_owned(),
        class,
        label: label?,
        requires: requires?,
        then,
        tell_marketing: tell_marketing?,
        owes: owes?,
        owes_by_type: owes_by_type?,
    })
}

/// `"type"`, `"nothing"`, or touches and days.
fn owes(spot: &Spot<'_>) -> Option<Option<Owes>> {
    match spot.value() {
        Value::Text(text) if text == "type" => Some(Some(Owes::OfType)),
        Value::Text(text) if text == "nothing" => Some(None),
        Value::Table(_) => minimum_work(spot).map(|work| Some(Owes::Fixed(work))),
        _ => {
            spot.fail(
                "this doesn't say which work is owed",
                "write \"type\" for the type's minimum work, \"nothing\", or { touches = 5, days = 21 }",
            );
            None
        }
    }
}

/// Playbooks.
pub(super) fn playbooks(spot: &Spot<'_>, names: &Names<'_>) -> Option<BTreeMap<String, Playbook>> {
    let all = spot.entries()?.into_iter().map(|(key, spot)| {
        spot.check_key(key);
        Some((key.to_owned(), playbook(&spot, names)?))
    });
    all.collect::<Vec<_>>().into_iter().collect()
}

fn playbook(spot: &Spot<'_>, names: &Names<'_>) -> Option<Playbook> {
    let fields = spot.fields(&["checklist", "sequence", "close_after"])?;
    let checklist = fields.or("checklist", Vec::new(), checklist);
    let sequence = fields.or("sequence", Vec::new(), |spot| sequence(spot, names));
    let close_after = fields.maybe("close_after", |spot| {
        let fields = spot.fields(&["touches", "days", "propose"])?;
        let touches = fields.need("touches", "5").and_then(|spot| spot.whole(0..=1_000));
        let days = fields.need("days", "21").and_then(|spot| spot.whole(0..=MOST_DAYS));
        let propose = fields.need("propose", "\"NO_RESPONSE\"").and_then(|s| {
            s.name("a disposition of this policy", &names.dispositions).map(str::to_owned)
        });
        Some(CloseAfter { touches: touches?, days: days?, propose: propose? })
    });
    Some(Playbook { checklist: checklist?, sequence: sequence?, close_after: close_after? })
}

/// Items of a checklist: `"Schedule it"`, or `{ do = "Read the package", in = "package" }`.
fn checklist(spot: &Spot<'_>) -> Option<Vec<Task>> {
    let tasks = spot.each(|spot| match spot.value() {
        Value::Table(_) => {
            let fields = spot.fields(&["do", "in"])?;
            let what = fields.need("do", "\"Read the package\"").and_then(|spot| text(&spot));
            let place = fields.or("in", Place::default(), |spot| spot.word(Place::ALL));
            Some(Task { what: what?, place: place? })
        }
        _ => Some(Task { what: text(spot)?, place: Place::default() }),
    })?;
    let twice = tasks.iter().enumerate().find(|(at, task)| {
        task.what.trim().is_empty() || tasks.iter().take(*at).any(|other| other.what == task.what)
    });
    if let Some((_, task)) = twice {
        spot.fail(
            format!("the checklist has {} twice, or an item without words", shown(&task.what)),
            "word each item otherwise: by its words it is checked off",
        );
        return None;
    }
    Some(tasks)
}

fn sequence(spot: &Spot<'_>, names: &Names<'_>) -> Option<Vec<SequenceStep>> {
    let steps = spot.each_table(&["day", "channel", "template"], |fields| {
        let day = fields.need("day", "2").and_then(|spot| spot.whole(0..=MOST_DAYS));
        let channel = fields.need("channel", "\"email\"").and_then(|spot| channel(&spot));
        let template = fields
            .need("template", "\"first_message\"")
            .and_then(|spot| spot.name("a message template", &names.templates).map(str::to_owned));
        Some(SequenceStep { day: day?, channel: channel?, template: template? })
    })?;
    if !steps.is_sorted_by_key(|step| step.day) {
        let days: Vec<String> = steps.iter().map(|step| step.day.to_string()).collect();
        spot.fail(format!("the days go back: {}", days.join(", ")), "put the touches in order");
        return None;
    }
    Some(steps)
}
