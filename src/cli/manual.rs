//! The longer parts of the help: exit statuses, the shape of every JSON answer, the fields that can be filled in.
//!
//! The JSON examples here are the documented shapes. A test runs every command and compares: the same keys, the same
//! types, nothing more. Where an example shows `null`, the value may be missing; a key that an example does not have
//! does not appear.

use crate::domain::account_edit::ACCOUNT;
use crate::domain::field::{Kind as Holds, OUTCOME, PACKAGE};
use crate::domain::text::pad;
use crate::intake::{Kind, headers};

/// What every command has in common.
pub(super) const PROGRAM: &str = "\
Exit status:
  0  done
  1  failed: a file, the store, the machine; or there is no such handoff or person
  2  wrong usage, a wrong policy file included
  3  done in part: some rows rejected, some handoffs refused
  4  refused: not legal from this stage, not permitted to you, something missing, or somebody else was first

What was done goes to the standard output; why something was not done goes to the standard error, one sentence each.

With --json a command answers with one line of JSON on the standard output, of the shape that its own --help shows.
Times are UTC (2026-11-25T21:30:00Z), days 2026-12-01, spans whole seconds, ids as people see them (H-12, P-3).
A command that fails (status 1 or 2) answers with a sentence on the standard error and no JSON.

Environment:
  HANDOFF_STORE, HANDOFF_USER, HANDOFF_NOW, HANDOFF_POLICY stand for --store, --as, --now, --policy
  HANDOFF_CONFIG_DIR, HANDOFF_STATE_DIR: where the configuration and the log are kept
  NO_COLOR: no colours";

/// Every action on handoffs, undo and redo.
pub(super) const ACTION: &str = r#"With --json:
  {"gesture": "G-12", "label": "assigned H-12 Acme Inc to Sam Ortiz", "done": ["H-12"],
   "refused": [{"id": "H-13", "company": "Globex", "kind": "not_legal",
   "why": "assign is not …"}]}

"gesture" undoes it (handoff undo G-12); it and "label" are null when nothing was done. "kind" is one of not_legal,
not_permitted, missing, owed, not_available, nothing, conflict."#;

/// `handoff evaluate`
pub(super) const EVALUATE: &str = r#"With --json:
  {"dry_run": false, "policy": "becc9153…", "accounts": 85, "verdicts": {"handoff": 3,
   "nurture": 82},
   "flagged": {"tier1": 3}, "submitted": 3, "assigned": 1, "joined": 0, "held_back": 0,
   "hibernated": 0,
   "all_for_policy": false}

With --json --explain ACCOUNT:
  {"account": "A-12", "company": "Acme Inc", "verdict": "handoff", "type": "tier1",
   "tier": "1", "score": 70,
   "committee": 2, "reason": "Visited the pricing page", "policy": "becc9153…",
   "held_back": null, "missing": ["…"],
   "rules": [{"name": "Tier 1 with any intent", "matched": true,
   "conditions": [{"wanted": "tier 1",
     "found": "tier 1", "met": true, "evidence": ["S-3"]}]}],
   "evidence": [{"id": "S-3", "kind": "pricing_visit", "at": "2026-11-18T16:24:00Z",
   "points": 14.6, "decided": true}],
   "receipt": ["Hand off: rule 4"]}

"all_for_policy" is true where --changed judged all accounts because the policy is another one than last time."#;

/// `handoff list`
pub(super) const LIST: &str = r#"With --json:
  {"filter": "stage:queued", "sort": "due", "now": "2026-11-20T19:32:00Z", "total": 12,
   "total_exact": true,
   "handoffs": [{"id": "H-12", "version": 3, "account": "A-12", "company": "Acme Inc",
   "tier": "1", "type": "tier1",
     "stage": "queued", "source": "campaign", "score": 70, "region": "West", "owner": null,
     "owner_id": null,
     "held": false, "created": "2026-11-18T16:24:00Z", "code": null, "wake": null, "touches": 0,
     "rating": null,
     "next": {"clock": "assign", "started": "2026-11-18T16:24:00Z",
     "warn": "2026-11-18T20:36:00Z",
       "due": "2026-11-18T22:00:00Z", "left_s": -11280}}]}

With --json people:
  {"people": [{"id": "P-3", "name": "Sam Ortiz", "email": "sam@acme.example", "role": "ae",
   "manager": "P-2",
     "active": true, "territories": ["West"], "capacity": 12, "open": 6,
     "weekly": 5, "this_week": 2, "breached": 0, "away_until": null}]}

With --json accounts --verdict research:
  {"verdict": "research", "total": 12,
   "accounts": [{"id": "A-12", "company": "Acme Inc", "tier": "2", "score": 52, "type": null,
     "rule": "Tier 2, committee not visible", "reason": "Attended a webinar, on 18 Nov 2026",
     "missing": ["at least 2 with decision authority: 1"], "judged": "2026-11-20T19:32:00Z"}]}

With --json accounts, "score" and "verdict" null where the account was never judged:
  {"filter": "tier:2", "total": 12,
   "accounts": [{"id": "A-12", "company": "Acme Inc", "domain": "acme.example", "tier": "2",
     "industry": "SaaS", "region": "West", "segment": null, "relation": "new", "on_tal": true,
     "owner": null, "score": 52, "verdict": "research"}]}

With --json contacts --unattached:
  {"total": 1, "contacts": [{"name": "Jane Roe", "email": "jane@gmail.com",
     "external": "hubspot:contact:51", "account": null}]}

With --json kept:
  {"total": 1, "kept": [{"of": "account", "field": "relation", "value": "Reseller", "count": 4}]}

With --json views:
  {"views": [{"key": "breached", "name": "Breached", "filter": "breached", "sort": "due"}]}

"total" is a least number where "total_exact" is false; "left_s" is negative when the clock is late."#;

/// `handoff show`
pub(super) const SHOW: &str = r#"With --json:
  {"id": "H-12", "version": 3, "account": "A-12", "company": "Acme Inc",
   "domain": "acme.example", "type": "tier1",
   "tier": "1", "stage": "working", "source": "campaign", "score": 70,
   "reason": "Visited the pricing page",
   "owner": "Sam Ortiz", "owner_id": "P-3", "brief": "Call first", "completeness": 92,
   "missing": ["bant.budget"],
   "asked_for": ["committee"], "sent": "2026-11-18T16:24:00Z",
   "changed": [{"field": "committee", "sent": null, "now": "3 people with decision authority"}],
   "package": {"account.name": "Acme Inc"}, "moments": {"created": "2026-11-18T16:24:00Z"},
   "days": {"wake": "2027-01-15"}, "opportunity": null, "amount": null,
   "outcome": {"code": "BAD_TIMING", "class": "recycle", "fields": {"wake_on": "2027-01-15"},
   "claim": "timing",
     "overridden": null, "by": "Sam Ortiz", "at": "2026-11-20T19:32:00Z"},
   "rating": 4, "lacked": null, "next_step": "touch 2 of 5 due tomorrow · email",
   "checklist": [{"item": "Send it", "done": true, "by": "Sam Ortiz",
     "at": "2026-11-20T19:32:00Z"}],
   "sequence": [{"touch": 1, "of": 5, "channel": "email", "template": "first_message",
     "due": "2026-11-20"}],
   "parent": null, "as_of": null,
   "asides": [{"title": "Escalated", "lines": ["Fri 20 Nov 14:32: warned Sam Ortiz"]}],
   "touches": [{"at": "2026-11-20T19:32:00Z", "by": "Sam Ortiz", "channel": "email",
   "template": null,
     "outcome": "sent", "note": null}],
   "clocks": [{"clock": "first_touch", "owes": "Sam Ortiz", "target": "48h",
   "state": "running", "breached": false,
     "leg": 1, "end_to_end": false, "started": "2026-11-18T16:24:00Z",
     "warn": "2026-11-20T04:24:00Z",
     "due": "2026-11-20T16:24:00Z", "ended": null, "left_s": 510}],
   "record": [{"at": "2026-11-20T19:32:00Z", "gesture": "G-12", "who": "Sam Ortiz",
   "action": "touch",
     "from": "accepted", "to": "working", "note": null}]}

With --json --why:
  {"id": "H-12", "receipt": ["Hand off as Tier 1 account: rule 7, Tier 1 with any intent"]}

"receipt" is null where a person made the handoff."#;

/// `handoff due`
pub(super) const DUE: &str = r#"With --json:
  {"from": "2026-11-25T21:30:00Z", "target": "4h", "calendar": "office",
   "due": "2026-11-27T17:30:00Z",
   "steps": [{"open": "2026-11-25T21:30:00Z", "close": "2026-11-25T22:00:00Z",
   "counted_s": 1800}],
   "paused": [{"from": "2026-11-25T21:40:00Z", "to": "2026-11-25T21:50:00Z", "counted_s": 600,
   "reason": "--pause"}],
   "short_notice": "the date is nearer than the notice that it asks for"}

"paused" and "short_notice" are there only where there is something to say. The steps add up to the target."#;

/// `handoff sla`
pub(super) const SLA: &str = r#"With --json:
  {"told": null, "now": "2026-11-20T19:32:00Z", "within_h": 8, "late_total": 12, "late": [],
   "soon_total": 16, "soon": []}

"late" and "soon" hold handoffs in the shape of handoff list --json; "told" is a number with
--escalate. A scheduler keeps the desk awake while nobody has it open, every few minutes:
  handoff sla --escalate; handoff evaluate --changed"#;

/// `handoff inbox`
pub(super) const INBOX: &str = r#"A line goes away when you do something with the handoff, or when the promise it is about is kept
or no longer owed.

With --json:
  {"person": "Lee Park", "inbox": [{"id": "H-12", "company": "Acme Inc",
     "at": "2026-11-20T19:32:00Z", "step": 1, "what": "first_touch was due Fri 20 Nov 14:32"}]}

"step" is 0 for a warning, 1 for a breach, more for what follows, and null for what marketing learns
of an outcome."#;

/// `handoff batch`
pub(super) const BATCH: &str = r#"A batch is an ISO week; without WEEK it is the one in review, else the one that fills.
"handoff batch 2026-W47 show" and "handoff batch show 2026-W47" are the same.

  handoff batch plan 2026-W47 > plan.toml    rows, proposals, reasons and capacity, to edit
  handoff batch apply plan.toml              refused whole if the store moved under it

With --json:
  {"week": "2026-W47", "phase": "in_review", "by_hand": false, "send": "2026-11-20T22:00:00Z",
   "review": "2026-11-23T22:00:00Z", "outreach": "2026-11-25T22:00:00Z", "total": 14.21, "greedy": 13.87,
   "items": [{"id": "H-12", "version": 3, "company": "Acme Inc", "stage": "queued", "score": 62, "owner": null,
     "proposed": "Sam Ortiz", "proposed_id": "P-3", "proposed_score": 0.712,
     "alone": {"name": "Ann Lee", "score": 0.731, "loss": 0.041}, "decision": null, "to": null}],
   "undelivered": [], "settled": [], "put_off": [], "late": [],
   "capacity": [{"name": "Sam Ortiz", "id": "P-3", "open": 4, "drawn": 5, "capacity": 12}]}

"loss" is what the whole batch loses when the item goes to whoever is first for it alone.
With --json diff:
  {"weeks": ["2026-W46", "2026-W47"], "changes": ["items: 20 → 23 (+3)"]}"#;

/// `handoff people`
pub(super) const PEOPLE: &str = r#"Everybody notes their own days away; managers edit their team's work and days, revenue operations and the VP of
Sales everything. Each is one action that handoff undo takes back.

  handoff people away --from 2026-12-24 --to 2026-12-31
  handoff people away Sam --ics leave.ics    whole working days; what is not understood is told, exit status 3
  handoff people edit Sam --capacity 10 --territories "West; Central" --manager none
  handoff people handon Sam                  who would take over what; --set H-12=Ann changes one; --apply

With --json handon:
  {"person": "Sam Ortiz", "items": [{"id": "H-12", "company": "Acme Inc", "stage": "accepted", "decision": "to Ann Lee"}]}"#;

/// `handoff volume`
pub(super) const CAP: &str = r#"The best accounts of a month are flagged up to the cap of their type, by tier, then score; the others are held back.

With --json:
  {"types": [{"type": "tier1", "cap": 20, "flagged": 20, "held_back": [{"account": "A-12", "company": "Acme Inc",
     "tier": "1", "score": 44, "why": "score 44 came after the 20 that the cap lets through in November 2026"}]}]}"#;
/// `handoff report`
pub(super) const REPORT: &str = r#"Every figure names the handoff list that shows the handoffs behind it:
  handoff list 'submitted:2026-11-01..2026-11-30 type:tier1 missed:worked'
hit: lists what counts above the line of a measure, missed: what counts below it only, young: what is not yet due.

With --json (or --format json):
  {"period": "2026-11", "from": "2026-11-01T04:00:00Z", "until": "2026-12-01T05:00:00Z", "over": false,
   "figures": [{"by": "all", "name": "", "measure": "worked", "figure": 82.5, "above": 33, "below": 40,
     "not_yet_due": 12, "target": ">=80%", "warning": "", "stands": "good", "before": 80.0, "filter": "..."}],
   "weeks": [], "clocks": [], "rates": [], "sources": [], "funnel": [], "first_touch": {}, "broken": [],
   "actions": [], "feedback": {}}

With --summary --json:
  {"week": "2026-W47", "now": "...", "over": false, "team": "Lee Park", "type": null,
   "handed_off": {"this_week": 42, "week_before": 11, "by_type": [{"type": "tier1", "this_week": 19, "week_before": 5}]},
   "late": [], "late_filter": "breached owner:\"Lee Park\"",
   "returned": [{"handoff": "H-12", "company": "Acme Inc", "at": "...", "outcome": "Package incomplete", "why": "...",
     "sender": "marketing"}],
   "escalated": [{"handoff": "H-12", "company": "Acme Inc", "clock": "accept", "at": "...", "told": ["Lee Park"],
     "open": true}],
   "people": [{"name": "Sam Ortiz", "open": 9, "capacity": 8, "late": 1, "given_this_week": 3, "over_capacity": true}],
   "next_batch": {"week": "2026-W47", "phase": "open", "cut_off": "...", "review": "2026-11-23", "items": []}}
With --digest --json:
  {"now": "...", "digests": [{"person": "Sam Ortiz", "open": 9, "late": [], "due": [], "escalated": []}]}

"figure" is a percentage, a mean, hours or a count. The workbook and the CSV hold no formulas."#;

/// `handoff message`
pub(super) const MESSAGE: &str = r#"The text goes to the standard output, what it lacks to the standard error. A team's own texts stand
as NAME.txt in the folder templates of the configuration, in place of the desk's or beside them.

With --json:
  {"handoff": "H-12", "template": "first_message", "text": "Hi Sarah, …", "concerns": [],
   "missing": ["news.headline"], "closed": null}"#;

/// `handoff person`
pub(super) const PERSON: &str = r#"With --json:
  {"id": "P-3", "name": "Sam Ortiz"}"#;

/// `handoff duplicates`
pub(super) const DUPLICATES: &str = r#"Names that look alike (without case, punctuation and legal form) are listed where one of the two accounts has no
domain that would tell them apart, and accounts that share a registrable domain. handoff merge makes one of them.

With --json:
  {"duplicates": [{"one": {"id": "A-1", "name": "Acme Inc", "domain": "acme.example"},
     "other": {"id": "A-2", "name": "ACME", "domain": null}, "why": "name"}]}

"why" is name or domain."#;

/// `handoff merge`
pub(super) const MERGE: &str = r#"KEEP's word stands where both know a field; what it lacks is taken from OTHER; lists are joined; a tier set by hand and
being on the target account list win. Contacts, signals, deals, handoffs and keys of OTHER move to KEEP, and rows with
its key or domain are KEEP's from then on. handoff undo takes it back whole. It is for revenue operations and the VP of
Sales, and refused while both have an open handoff of the same type.

With --json:
  {"dry_run": false, "keep": {"id": "A-1", "name": "Acme Inc"}, "gone": {"id": "A-2", "name": "ACME"},
   "differs": [{"field": "employees", "kept": "450", "dropped": "400"}],
   "moves": {"contacts": 2, "signals": 5, "deals": 0, "handoffs": 1}, "gesture": "G-12"}

"gesture" is null in a dry run."#;

/// `handoff export`
pub(super) const EXPORT: &str = r#"One JSON object a line, named by its kind: first {"handoff_desk": {"version": 1}}, then person, account with its contact
and signal lines behind it, deal, handoff with its clocks and touches, gesture, event. Lines and numbers follow from
what the store holds and from nothing else: two stores that hold the same, whatever order it was imported in, give the
same lines. "n" numbers people, accounts, contacts and gestures inside the export, and other lines refer to it; times
are UTC milliseconds. Left out: verdicts (evaluate gives them again), imports as events, what takes an import back.

handoff restore makes a store of it whose export is the same."#;

/// `handoff restore`
pub(super) const RESTORE: &str = r#"FILE is an export or a backup; which of them, it says itself. It is read and checked to its end before anything is moved.
A good store at --store is replaced only with --force, and what was there is kept beside it as STORE.before-TIME. Nobody
may have the store open meanwhile.

Of an export the store is made new: handoffs keep their numbers, the record is chained anew, and imports and merges of
before can't be undone in it. A backup is the store as it was then, to the byte of its record.

With --json, of an export:
  {"store": "/home/dana/new.db", "lines": {"person": 6, "account": 88}, "aside": null}

With --json, of a backup:
  {"store": "/home/dana/handoff.db", "from": "handoff-2026-11-20.db", "accounts": 88, "handoffs": 85, "events": 531,
   "aside": "/home/dana/handoff.db.before-20261120T193200Z"}

"aside" is null where nothing was there."#;

/// `handoff backup`
pub(super) const BACKUP: &str = r#"With --json:
  {"file": "/home/dana/handoff-2026-11-20.db", "bytes": 1298432, "accounts": 88,
   "handoffs": 85, "events": 531}"#;

/// `handoff doctor`
pub(super) const DOCTOR: &str = r#"Exit status 0 when the store is sound, 1 when something was found.

Where the file or the record itself is damaged, nothing is repaired: handoff restore FILE goes back to a backup.

With --json --repair there is also what was done; "copy" and "gesture" are null where nothing was:
  {"store": "/home/dana/handoff.db", "sound": true, "handoffs": 85, "events": 532, "findings": [],
   "repaired": {"differed": ["H-12: the touches."], "left": [],
     "copy": "/home/dana/handoff.db.repair-20261120T193200Z.bak", "gesture": "G-12"}}

With --json:
  {"store": "/home/dana/handoff.db", "sound": false, "handoffs": 85, "events": 531,
   "findings": [{"what": "H-12 is counted twice.", "remedy": "Restore a backup."}]}"#;

/// `handoff policy`
pub(super) const POLICY: &str = r#"With --json check, exit status 2 when it is not valid:
  {"valid": true, "name": "default", "hash": "becc9153…",
   "errors": [{"line": 2, "column": 1, "key": "zome", "what": "unknown key \"zome\"",
     "remedy": "did you mean …"}],
   "templates": [{"file": "templates/nudge.txt", "line": 3, "variable": "acount.name",
     "what": "acount.name is not known"}]}

With --json show:
  {"name": "default", "hash": "becc9153…", "file": "/home/dana/.config/handoff/policy.toml",
   "signed": {"by": ["Dana Reyes"], "at": "2026-11-20T19:32:00Z"}, "toml": "version = 1 …"}

With --json try:
  {"in_force": "becc9153…", "changed": "04af11c2…", "from": "2026-05-01T04:00:00Z",
   "to": "2026-11-20T19:32:00Z",
   "accounts": 85, "on_tal": 40,
   "types": {"tier1": {"in_force": 9, "changed": 7, "really": 8, "more": 0, "fewer": 2,
   "more_endings": {},
     "fewer_endings": {"won": 1, "none": 1}, "more_accounts": [],
     "fewer_accounts": [{"account": "A-12", "company": "Acme Inc", "tier": "1",
     "at": "2026-11-18T16:24:00Z",
       "score": 15, "handoff": "H-12", "ending": "won", "code": "WON"}]}},
   "months": [{"month": "2026-05", "in_force": {"flagged": 4, "rate": 10.0, "inside": true,
   "over_cap": []},
     "changed": {"flagged": 3, "rate": 7.5, "inside": false,
       "over_cap": [{"type": "tier1", "held_back": 1, "cap": 2}]}}]}

With --json adopt:
  {"name": "stricter", "hash": "04af11c2…", "before": "becc9153…",
   "file": "/home/dana/.config/handoff/policy.toml",
   "kept": "/home/dana/.config/handoff/policy-becc91532198.toml", "signed_by": ["Dana Reyes"],
   "gesture": "G-12"}

"name" and "hash" are null where the policy is not valid, "file" where the shipped policy is in force, "signed" where
nobody signed it, "kept" where there was no file before, "rate" for the month that is not over, and "handoff" where none
was made. "ending" is one of won, opportunity, open, lost, recycled, disqualified, none."#;

const IMPORT: &str = r#"With --json:
  {"dry_run": false, "files": [{"file": "accounts.csv",
   "recognised": "desk accounts, 7 of 7 columns",
     "columns": [{"header": "revenue", "fields": ["accounts.revenue"], "known": true}],
     "kinds": {"accounts": {"new": 85, "changed": 0, "unchanged": 0}}, "rejected": 1,
     "problems": ["row 7, revenue: \"much\" is not an amount"],
     "notes": ["it was read as Windows-1252"],
     "kept": [{"column": "relation", "value": "Reseller", "count": 4}], "unattached": 0,
     "rejects": "rejects.csv", "gesture": "G-12", "duplicates_total": 1,
     "duplicates": [{"one": {"id": "A-1", "name": "Acme Inc", "domain": "acme.example"},
       "other": {"id": "A-2", "name": "ACME", "domain": null}, "why": "name"}]}]}

"kept" are words without a meaning here, which stay with their records (handoff list kept) until a map gives them one and
the file is imported again; "unattached" counts contacts without an account (handoff list contacts --unattached).
"gesture" is null when nothing changed, "problems" and "duplicates" hold the first ten, "rejects" is null when there is
no such file. handoff undo takes an import back whole, as long as nothing later depends on it."#;

/// `handoff import`: the headers of every kind.
pub(super) fn import() -> String {
    let mut text = "\
The kind of a file and what its columns mean are found by its headers, in any order and case; columns that mean nothing
are left out and named. Importing a file again changes nothing. A killed import is completed by importing again.

A row is about the account that has its id (each system's ids apart, such as hubspot:…), else about the one at the same
registrable domain (shop.acme.co.uk is acme.co.uk; gmail.com and the like are nobody's), and rows of contacts and signals
also by the domain of a mail address. Names are no keys: accounts that look alike are named as possible duplicates.
Contacts of an account that is not known are kept without one, and join it when it is imported. A tier, relation, stage,
buying role or kind of signal without a meaning here is kept as it stands; a map with values for it, given with the same
file, gives it one.
Exports of HubSpot, Salesforce, Zoho, Apollo, ZoomInfo, LinkedIn lists, 6sense and surge reports need no change; XLSX is
read by the sheet whose headers are known. --map takes a profile's name or a TOML file:

  title = \"Leads of the fair\"
  header = false                          # no header row: columns by number
  [[records]]
  kind = \"accounts\"
  [records.fields]
  name = { columns = [2] }                # or headers = [\"client\"]
  revenue = { headers = [\"sales\"], times = 1000 }
  relation = { headers = [\"status\"], values = { buys = \"customer\" }, other = \"new\" }
"
    .to_owned();
    for kind in Kind::ALL {
        let known = headers(*kind);
        let wide = known.iter().map(|header| header.name.len()).max().unwrap_or_default();
        text.push_str(&format!("\nHeaders of {kind}:\n"));
        for header in known {
            text.push_str(&format!("  {}  {}\n", pad(header.name, wide), header.what));
        }
    }
    text + "\n" + IMPORT
}

/// `handoff edit`: the fields of a package.
pub(super) fn edit() -> String {
    format!("{}\n{ACTION}", package_fields("Fields of the package"))
}

/// `handoff return`: the same, since what is missing is named by them.
pub(super) fn give_back() -> String {
    format!("{}\n{ACTION}", package_fields("Fields of the package, for --missing"))
}

/// `handoff new`: what each type asks for.
pub(super) fn new() -> String {
    let mut text = String::from("What each type of the shipped policy asks for:\n");
    if let Ok(policy) = crate::policy::shipped() {
        let wide = policy.types.iter().map(|kind| kind.key.len()).max().unwrap_or_default();
        for kind in &policy.types {
            let asks = kind.requires.join(", ");
            text.push_str(&format!("  {}  {asks}\n", pad(&kind.key, wide)));
        }
    }
    format!("{text}\n{}\n{NEW}", package_fields("Fields of the package, for --field"))
}

const NEW: &str = r#"With --json:
  {"gesture": "G-12", "label": "flagged Acme Inc as Meeting set", "id": "H-12", "stage": "flagged",
   "completeness": 44, "missing": ["bant.need"]}"#;

/// `handoff account`: the fields that can be edited.
pub(super) fn account() -> String {
    let wide = ACCOUNT.iter().map(|field| field.key.len()).max().unwrap_or_default();
    let lines = ACCOUNT.iter().map(|field| format!("  {}  {}\n", pad(field.key, wide), field.hint));
    format!("Fields of an account, for --set:\n{}\n{EDITED}", lines.collect::<String>())
}

const EDITED: &str = r#"With --json:
  {"account": "A-12", "fields": {"name": "Acme Inc"}, "kept": {"relation": "Reseller"}}

With --json and something to change:
  {"account": "A-12", "gesture": "G-12", "label": "edited Acme Inc",
   "changed": ["Employees: 450 → 500"]}"#;

fn package_fields(title: &str) -> String {
    let wide = PACKAGE.iter().map(|field| field.key.len()).max().unwrap_or_default();
    let lines =
        PACKAGE.iter().map(|field| format!("  {}  {}\n", pad(field.key, wide), field.label));
    format!("{title}:\n{}", lines.collect::<String>())
}

/// `handoff dispose`: the fields of the forms.
pub(super) fn dispose() -> String {
    let wide = OUTCOME.iter().map(|field| field.key.len()).max().unwrap_or_default();
    let lines = OUTCOME.iter().map(|field| {
        let how = match field.kind {
            Holds::Text => "text",
            Holds::FutureDay => "a day: 2027-01-15, fri, \"in 2 months\"",
            Holds::Moment => "a time: 2026-11-25T16:30-05:00, \"fri 10:00\"",
            Holds::Amount => "whole units of your currency: 80000",
            Holds::PackageFields => "fields of the package, with commas between",
            Holds::Handoff => "a handoff: H-12",
        };
        format!("  {}  {}: {how}\n", pad(field.key, wide), field.label)
    });
    format!(
        "Fields for --set; which ones a code requires is told when they are missing:\n{}\n{ACTION}",
        lines.collect::<String>()
    )
}
