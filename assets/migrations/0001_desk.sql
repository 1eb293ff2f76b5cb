-- The whole desk, first version. Append-only: a later change is a new file, never an edit of this one once released.
--
-- Times are UTC milliseconds (INTEGER), days are ISO text (2026-12-01), lists are JSON arrays of text, booleans 0 and 1.
-- Vocabularies that are closed in the domain are CHECKed here; those that a policy may extend (types, codes, signal
-- kinds) are text.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Who this store is, so that a stray write-ahead log or a wrong backup is recognised.
INSERT INTO meta (key, value) VALUES ('uuid', lower(hex(randomblob(16))));

-- People ------------------------------------------------------------------------------------------------------------

CREATE TABLE person (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    external    TEXT UNIQUE,
    name        TEXT NOT NULL COLLATE NOCASE CHECK (name <> ''),
    email       TEXT UNIQUE CHECK (email <> ''),
    role        TEXT NOT NULL CHECK (role IN
                    ('vp_sales', 'manager', 'ae', 'sdr', 'csm', 'marketing', 'vp_marketing', 'revops')),
    manager     INTEGER REFERENCES person (id) CHECK (manager <> id),
    active      INTEGER NOT NULL CHECK (active IN (0, 1)),
    territories TEXT NOT NULL DEFAULT '[]' CHECK (json_type(territories) = 'array'),
    segments    TEXT NOT NULL DEFAULT '[]' CHECK (json_type(segments) = 'array'),
    products    TEXT NOT NULL DEFAULT '[]' CHECK (json_type(products) = 'array'),
    languages   TEXT NOT NULL DEFAULT '[]' CHECK (json_type(languages) = 'array'),
    capacity    INTEGER CHECK (capacity >= 0),
    weekly      INTEGER CHECK (weekly >= 0),
    calendar    TEXT,
    zone        TEXT
) STRICT;
CREATE INDEX person_name ON person (name);
CREATE INDEX person_manager ON person (manager);

CREATE TABLE absence (
    person   INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    from_day TEXT NOT NULL,
    to_day   TEXT NOT NULL CHECK (to_day >= from_day),
    PRIMARY KEY (person, from_day, to_day)
) STRICT, WITHOUT ROWID;

-- Accounts, contacts, signals, deals --------------------------------------------------------------------------------

CREATE TABLE account (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    external       TEXT UNIQUE,
    name           TEXT NOT NULL COLLATE NOCASE,
    domain         TEXT,
    revenue        INTEGER,
    employees      INTEGER,
    industry       TEXT COLLATE NOCASE,
    region         TEXT COLLATE NOCASE,
    segment        TEXT COLLATE NOCASE,
    language       TEXT,
    product        TEXT,
    tier           TEXT NOT NULL CHECK (tier IN ('1', '2', '3', 'outside')),
    tier_by_hand   INTEGER NOT NULL CHECK (tier_by_hand IN (0, 1)),
    fit            INTEGER CHECK (fit BETWEEN 0 AND 100),
    lead_score     INTEGER CHECK (lead_score BETWEEN 0 AND 100),
    relation       TEXT NOT NULL CHECK (relation IN ('new', 'past_prospect', 'customer')),
    technologies   TEXT NOT NULL DEFAULT '[]' CHECK (json_type(technologies) = 'array'),
    on_tal         INTEGER NOT NULL CHECK (on_tal IN (0, 1)),
    owner          INTEGER REFERENCES person (id),
    expected_value INTEGER,
    website        TEXT,
    changed        INTEGER NOT NULL,
    -- What search looks at: the folded words of name and domain, each with a blank before it.
    words          TEXT NOT NULL DEFAULT '',
    -- What matching looks at: the registrable part of the domain, and the name without case, accents, punctuation and
    -- legal form, by which possible duplicates are found.
    root           TEXT,
    likeness       TEXT NOT NULL DEFAULT '',
    -- What makes accounts similar, for win rates (DOMAIN.md 6).
    sector         TEXT NOT NULL AS (lower(coalesce(industry, ''))) VIRTUAL,
    band           TEXT NOT NULL AS (CASE WHEN employees IS NULL THEN '' WHEN employees < 50 THEN '1-49'
                       WHEN employees < 250 THEN '50-249' WHEN employees < 1000 THEN '250-999' ELSE '1000+' END) VIRTUAL
) STRICT;
CREATE INDEX account_name ON account (name);
CREATE INDEX account_domain ON account (root) WHERE root IS NOT NULL;
CREATE INDEX account_likeness ON account (likeness);

-- News and events of an account, by the order in which the account lists them.
CREATE TABLE happening (
    account  INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    kind     TEXT NOT NULL CHECK (kind IN ('news', 'event')),
    n        INTEGER NOT NULL,
    on_day   TEXT NOT NULL,
    headline TEXT NOT NULL,
    PRIMARY KEY (account, kind, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE contact (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    account     INTEGER NOT NULL REFERENCES account (id),
    n           INTEGER NOT NULL CHECK (n BETWEEN 1 AND 65535),  -- which of the account's contacts it is
    external    TEXT UNIQUE,
    name        TEXT NOT NULL,
    title       TEXT,
    email       TEXT,
    phone       TEXT,
    profile     TEXT,
    role        TEXT NOT NULL CHECK (role IN
                    ('decision_maker', 'champion', 'influencer', 'user', 'blocker', 'unknown')),
    authority   INTEGER NOT NULL CHECK (authority IN (0, 1)),
    do_not_call INTEGER NOT NULL CHECK (do_not_call IN (0, 1)),
    opted_out   INTEGER NOT NULL CHECK (opted_out IN (0, 1)),
    -- What search looks at: the folded words of the name, each with a blank before it.
    words       TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX contact_account ON contact (account, n);
CREATE INDEX contact_email ON contact (email) WHERE email IS NOT NULL;

CREATE TABLE signal (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    account  INTEGER NOT NULL REFERENCES account (id),
    contact  INTEGER REFERENCES contact (id),
    external TEXT UNIQUE,
    kind     TEXT NOT NULL CHECK (kind <> ''),
    at       INTEGER NOT NULL,
    source   TEXT,
    detail   TEXT,
    value    REAL
) STRICT;
CREATE INDEX signal_account ON signal (account, at);
CREATE INDEX signal_contact ON signal (contact) WHERE contact IS NOT NULL;

CREATE TABLE deal (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    external TEXT NOT NULL UNIQUE,
    account  INTEGER REFERENCES account (id),
    owner    INTEGER REFERENCES person (id),
    stage    TEXT NOT NULL CHECK (stage IN ('prospecting', 'engaging', 'won', 'lost')),
    value    INTEGER,
    opened   TEXT,
    closed   TEXT,
    product  TEXT
) STRICT;
CREATE INDEX deal_owner ON deal (owner, stage);
CREATE INDEX deal_account ON deal (account);

-- Further keys of accounts and contacts: each system has its own, and a merged account has those of both.
CREATE TABLE alias (
    kind     TEXT NOT NULL CHECK (kind IN ('account', 'contact')),
    external TEXT NOT NULL,
    id       INTEGER NOT NULL,
    PRIMARY KEY (kind, external)
) STRICT, WITHOUT ROWID;
CREATE INDEX alias_of ON alias (kind, id);

-- Full text: a row for each account and each contact. The account stands in the upper bits of the rowid and the contact's
-- `n` in the lower 16, so that the matches of an account lie side by side.
CREATE VIRTUAL TABLE search USING fts5 (
    words, content = '', contentless_delete = 1, detail = 'none', prefix = '1 2 3', tokenize = "ascii tokenchars '.'"
);

-- Handoffs ----------------------------------------------------------------------------------------------------------

CREATE TABLE handoff (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    version        INTEGER NOT NULL CHECK (version > 0),
    account        INTEGER NOT NULL REFERENCES account (id),
    kind           TEXT NOT NULL CHECK (kind <> ''),
    opportunity    TEXT,
    stage          TEXT NOT NULL CHECK (stage IN
                       ('flagged', 'queued', 'assigned', 'accepted', 'working', 'engaged', 'opportunity', 'returned',
                        'disputed', 'nurture', 'hibernating', 'closed')),
    open           INTEGER NOT NULL CHECK (open = (stage NOT IN ('nurture', 'hibernating', 'closed'))),
    tier           TEXT NOT NULL CHECK (tier IN ('1', '2', '3', 'outside')),
    score          INTEGER NOT NULL CHECK (score BETWEEN 0 AND 100),
    source         TEXT NOT NULL CHECK (source IN
                       ('direct_demand', 'intent_platform', 'campaign', 'event', 'referral', 'outbound', 'product',
                        'customer_success')),
    reason         TEXT NOT NULL,
    contact        INTEGER REFERENCES contact (id),
    sender         INTEGER REFERENCES person (id),
    assignee       INTEGER REFERENCES person (id),
    co_owner       INTEGER REFERENCES person (id),
    co_owner_until INTEGER,
    brief          TEXT,
    completeness   INTEGER CHECK (completeness BETWEEN 0 AND 100),
    missing        TEXT NOT NULL DEFAULT '[]' CHECK (json_type(missing) = 'array'),
    amount         INTEGER,
    rating         INTEGER CHECK (rating BETWEEN 1 AND 5),
    lacked         TEXT,                       -- what the reader of the package missed in it
    checks         TEXT NOT NULL DEFAULT '[]' CHECK (json_type(checks) = 'array'),
    parent         INTEGER,
    before_dispute TEXT,

    -- Moments and days that count.
    at_created     INTEGER NOT NULL,
    at_submitted   INTEGER,
    at_assigned    INTEGER,
    at_given       INTEGER,
    at_accepted    INTEGER,
    at_first_touch INTEGER,
    at_responded   INTEGER,
    at_meeting     INTEGER,
    at_held        INTEGER,
    at_opportunity INTEGER,
    at_returned    INTEGER,
    at_ended       INTEGER,
    at_activated   INTEGER,
    at_sent        INTEGER,
    on_wake           TEXT,
    on_defer          TEXT,
    on_expected_close TEXT,
    on_batch          TEXT,                    -- the Monday of the ISO week whose batch it is in

    -- The outcome.
    code       TEXT,
    class      TEXT CHECK (class IN
                   ('accept', 'progress', 'close', 'return', 'recycle', 'disqualify', 'escalate')),
    claim      TEXT CHECK (claim IN ('persona', 'timing', 'fit', 'competitor', 'signal', 'contact_data')),
    overridden TEXT,
    outcome_by INTEGER REFERENCES person (id),
    outcome_at INTEGER,

    -- Derived, for lists: the running clock that is due next, what is held, and what the account says of itself.
    next_due     INTEGER NOT NULL,             -- 9223372036854775807 while no clock runs
    next_clock   TEXT,                         -- its name; NULL while no clock runs, as the two below
    next_started INTEGER,
    next_warn    INTEGER,
    paused       INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),     -- a clock is held; all are, where none runs
    held_late    INTEGER NOT NULL DEFAULT 0 CHECK (held_late IN (0, 1)),  -- one was past due when it was held
    touches      INTEGER NOT NULL DEFAULT 0,
    company      TEXT NOT NULL COLLATE NOCASE,
    region       TEXT COLLATE NOCASE,
    segment      TEXT COLLATE NOCASE,
    industry     TEXT COLLATE NOCASE,
    relation     TEXT NOT NULL DEFAULT 'new' CHECK (relation IN ('new', 'past_prospect', 'customer')),
    on_tal       INTEGER NOT NULL DEFAULT 0 CHECK (on_tal IN (0, 1)),

    -- From `assigned` on there is exactly one assignee (DOMAIN.md 2).
    CHECK (assignee IS NOT NULL
           OR stage NOT IN ('assigned', 'accepted', 'working', 'engaged', 'opportunity')),
    -- An outcome is whole: its code, what it does, who and when (DOMAIN.md 8).
    CHECK ((code IS NULL) = (class IS NULL) AND (code IS NULL) = (outcome_by IS NULL)
           AND (code IS NULL) = (outcome_at IS NULL)),
    CHECK ((co_owner IS NULL) = (co_owner_until IS NULL)),
    CHECK ((next_clock IS NULL) = (next_due = 9223372036854775807) AND (next_clock IS NULL) = (next_started IS NULL)
           AND (next_clock IS NULL) = (next_warn IS NULL)),
    CHECK (paused >= held_late),
    CHECK (stage <> 'disputed' OR before_dispute IS NOT NULL)
) STRICT;

-- Lists are keyset pages of (column, id) from these; the id is part of every index. By due time:
CREATE INDEX handoff_due          ON handoff (open, next_due);
CREATE INDEX handoff_stage        ON handoff (stage, next_due);
CREATE INDEX handoff_tier         ON handoff (tier, stage, next_due);
CREATE INDEX handoff_kind         ON handoff (kind, stage, next_due);
CREATE INDEX handoff_assignee     ON handoff (assignee, stage, next_due);
CREATE INDEX handoff_code         ON handoff (code, stage, next_due) WHERE code IS NOT NULL;
CREATE INDEX handoff_tal          ON handoff (stage, next_due) WHERE on_tal = 1;
CREATE INDEX handoff_paused       ON handoff (held_late, next_due) WHERE paused = 1;
-- By another column, of all handoffs and of open or resting ones:
CREATE INDEX handoff_company      ON handoff (company);
CREATE INDEX handoff_open_company ON handoff (open, company);
CREATE INDEX handoff_score        ON handoff (score);
CREATE INDEX handoff_open_score   ON handoff (open, score);
CREATE INDEX handoff_created      ON handoff (at_created);
CREATE INDEX handoff_open_created ON handoff (open, at_created);
CREATE INDEX handoff_wake         ON handoff (stage, on_wake) WHERE on_wake IS NOT NULL;
-- Narrow filters come from these and are then sorted:
CREATE INDEX handoff_account      ON handoff (account, open);
CREATE INDEX handoff_wakes        ON handoff (on_wake) WHERE on_wake IS NOT NULL;
CREATE INDEX handoff_deferred     ON handoff (on_defer, stage, tier, kind) WHERE on_defer IS NOT NULL;
CREATE INDEX handoff_co_owner     ON handoff (co_owner) WHERE co_owner IS NOT NULL;
CREATE INDEX handoff_complete     ON handoff (completeness) WHERE completeness IS NOT NULL;
CREATE INDEX handoff_rating       ON handoff (rating) WHERE rating IS NOT NULL;
CREATE INDEX handoff_sender       ON handoff (sender) WHERE sender IS NOT NULL;
CREATE INDEX handoff_region       ON handoff (region) WHERE region IS NOT NULL;
CREATE INDEX handoff_segment      ON handoff (segment) WHERE segment IS NOT NULL;
CREATE INDEX handoff_industry     ON handoff (industry) WHERE industry IS NOT NULL;
CREATE INDEX handoff_relation     ON handoff (relation);
CREATE INDEX handoff_source       ON handoff (source);
CREATE INDEX handoff_batch        ON handoff (on_batch) WHERE on_batch IS NOT NULL;
CREATE INDEX handoff_parent       ON handoff (parent) WHERE parent IS NOT NULL;
-- What has rested so long that it may sleep, and what came out lately and tells marketing something:
CREATE INDEX handoff_rests        ON handoff (at_ended) WHERE stage = 'nurture';
CREATE INDEX handoff_came_out     ON handoff (outcome_at) WHERE class IN ('recycle', 'disqualify', 'close', 'return');
CREATE INDEX handoff_contact      ON handoff (contact) WHERE contact IS NOT NULL;
-- One open handoff per account, type and opportunity (DOMAIN.md 2).
CREATE UNIQUE INDEX handoff_one_open ON handoff (account, kind, coalesce(opportunity, '')) WHERE open = 1;

-- The keys that handoffs had where they were imported from.
CREATE TABLE handoff_key (
    external TEXT PRIMARY KEY,
    handoff  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Package fields filled by people.
CREATE TABLE field (
    handoff INTEGER NOT NULL REFERENCES handoff (id) ON DELETE CASCADE,
    key     TEXT NOT NULL,
    value   TEXT NOT NULL,
    PRIMARY KEY (handoff, key)
) STRICT, WITHOUT ROWID;

-- The package as it was submitted last, by field key; earlier ones are in the record.
CREATE TABLE frozen (
    handoff      INTEGER PRIMARY KEY REFERENCES handoff (id) ON DELETE CASCADE,
    at           INTEGER NOT NULL,
    completeness INTEGER NOT NULL CHECK (completeness BETWEEN 0 AND 100),
    fields       TEXT NOT NULL CHECK (json_type(fields) = 'object')
) STRICT;

-- Fields of the outcome.
CREATE TABLE outcome_field (
    handoff INTEGER NOT NULL REFERENCES handoff (id) ON DELETE CASCADE,
    key     TEXT NOT NULL,
    value   TEXT NOT NULL,
    PRIMARY KEY (handoff, key)
) STRICT, WITHOUT ROWID;

-- What each VP has decided in a dispute, in order.
CREATE TABLE decision (
    handoff  INTEGER NOT NULL REFERENCES handoff (id) ON DELETE CASCADE,
    n        INTEGER NOT NULL,
    role     TEXT NOT NULL,
    by       INTEGER NOT NULL REFERENCES person (id),
    decision TEXT NOT NULL CHECK (decision IN ('queue', 'nurture', 'close')),
    note     TEXT NOT NULL,
    PRIMARY KEY (handoff, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE touch (
    id       INTEGER PRIMARY KEY,
    handoff  INTEGER NOT NULL REFERENCES handoff (id) ON DELETE CASCADE,
    at       INTEGER NOT NULL,
    by       INTEGER NOT NULL REFERENCES person (id),
    channel  TEXT NOT NULL CHECK (channel IN ('email', 'call', 'social', 'meeting', 'other')),
    template TEXT,
    outcome  TEXT NOT NULL CHECK (outcome IN ('sent', 'replied', 'no_answer', 'voicemail', 'bounced')),
    note     TEXT
) STRICT;
CREATE INDEX touch_handoff ON touch (handoff, at);

CREATE TABLE clock (
    handoff      INTEGER NOT NULL REFERENCES handoff (id) ON DELETE CASCADE,
    name         TEXT NOT NULL CHECK (name IN
                     ('deliver', 'assign', 'accept', 'first_touch', 'report', 'work', 'fix', 'decide', 'package',
                      'onboard')),
    leg          INTEGER NOT NULL CHECK (leg > 0),
    end_to_end   INTEGER NOT NULL CHECK (end_to_end IN (0, 1)),
    owes_person  INTEGER REFERENCES person (id),   -- a person, or
    owes_role    TEXT,                             -- whoever has a role, or both VPs when neither is given
    started      INTEGER NOT NULL,
    target       TEXT NOT NULL,
    calendar     TEXT NOT NULL,
    warning      TEXT NOT NULL,                    -- a share of the target (0.75) or a nearer target (3bd)
    due          INTEGER NOT NULL,
    warn         INTEGER NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('running', 'paused', 'met', 'met_late', 'cancelled', 'breached')),
    ended        INTEGER,
    short_notice INTEGER NOT NULL CHECK (short_notice IN (0, 1)),
    -- Bookkeeping of the escalation, no part of the promise: how many steps are done with, and when the next one comes.
    told         INTEGER NOT NULL DEFAULT 0 CHECK (told >= 0),
    tell_at      INTEGER,
    PRIMARY KEY (handoff, name, leg, end_to_end),
    CHECK (owes_person IS NULL OR owes_role IS NULL),
    CHECK ((ended IS NULL) = (state IN ('running', 'paused')))
) STRICT, WITHOUT ROWID;
CREATE INDEX clock_due ON clock (due) WHERE state = 'running';
CREATE INDEX clock_name ON clock (name, due) WHERE state = 'running';
CREATE INDEX clock_deliver ON clock (due) WHERE name = 'deliver';
CREATE INDEX clock_tell ON clock (tell_at) WHERE state = 'running' AND end_to_end = 0 AND tell_at IS NOT NULL;

-- Pauses are intervals, never a total (DOMAIN.md 5).
CREATE TABLE pause (
    handoff    INTEGER NOT NULL,
    name       TEXT NOT NULL,
    leg        INTEGER NOT NULL,
    end_to_end INTEGER NOT NULL,
    n          INTEGER NOT NULL,
    from_at    INTEGER NOT NULL,
    to_at      INTEGER CHECK (to_at >= from_at),
    reason     TEXT NOT NULL,
    by         INTEGER REFERENCES person (id),
    PRIMARY KEY (handoff, name, leg, end_to_end, n),
    FOREIGN KEY (handoff, name, leg, end_to_end) REFERENCES clock (handoff, name, leg, end_to_end) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- The record --------------------------------------------------------------------------------------------------------

-- One person's one gesture: the unit of undo. Its id is made before the first try, so that a repeat is answered.
CREATE TABLE gesture (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    action_id BLOB NOT NULL UNIQUE CHECK (length(action_id) = 16),
    actor     INTEGER,                             -- NULL for the desk itself
    os_user   TEXT NOT NULL,
    host      TEXT NOT NULL,
    pid       INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    label     TEXT NOT NULL,
    policy    TEXT NOT NULL,
    kind      TEXT NOT NULL CHECK (kind IN ('handoffs', 'people', 'facts', 'policy', 'escalation')),
    undoes    INTEGER UNIQUE REFERENCES gesture (id) CHECK (undoes < id),
    backward  INTEGER NOT NULL CHECK (backward IN (0, 1))  -- 1 when it takes something back, 0 when it does or redoes
) STRICT;
CREATE INDEX gesture_stack ON gesture (actor, backward, id);

CREATE TABLE event (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    gesture    INTEGER NOT NULL REFERENCES gesture (id),
    handoff    INTEGER,                            -- NULL for what is not about one
    version    INTEGER,                            -- the version it produced
    at         INTEGER NOT NULL,
    actor      INTEGER,
    action     TEXT NOT NULL,
    stage_from TEXT,
    stage_to   TEXT,
    note       TEXT,
    changes    TEXT NOT NULL CHECK (json_type(changes) = 'array'),
    prev       BLOB NOT NULL CHECK (length(prev) = 32),
    hash       BLOB NOT NULL CHECK (length(hash) = 32),
    CHECK ((handoff IS NULL) = (version IS NULL))
) STRICT;
CREATE UNIQUE INDEX event_handoff ON event (handoff, version) WHERE handoff IS NOT NULL;
CREATE INDEX event_gesture ON event (gesture);

-- What an import or a merge did to facts, so that it can be taken back: of each record how it was before, in JSON, or
-- NULL for those that it made, which have ids from `first` to `last`.
CREATE TABLE trace (
    gesture INTEGER NOT NULL REFERENCES gesture (id),
    n       INTEGER NOT NULL,
    kind    TEXT NOT NULL CHECK (kind IN ('person', 'account', 'contact', 'signal', 'deal')),
    first   INTEGER NOT NULL,
    last    INTEGER NOT NULL CHECK (last >= first),
    before  TEXT,
    PRIMARY KEY (gesture, n),
    CHECK (before IS NULL OR first = last)
) STRICT, WITHOUT ROWID;
CREATE INDEX trace_record ON trace (kind, first, gesture);

CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the event record is append-only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the event record is append-only'); END;
CREATE TRIGGER gesture_no_update BEFORE UPDATE ON gesture BEGIN SELECT RAISE(ABORT, 'the event record is append-only'); END;
CREATE TRIGGER gesture_no_delete BEFORE DELETE ON gesture BEGIN SELECT RAISE(ABORT, 'the event record is append-only'); END;

-- Policies that were put in force, with the text of their files and the names of those who agreed.
CREATE TABLE adoption (
    gesture INTEGER PRIMARY KEY REFERENCES gesture (id),
    hash    TEXT NOT NULL,
    name    TEXT NOT NULL,
    before  TEXT NOT NULL,
    signed  TEXT NOT NULL CHECK (json_type(signed) = 'array'),
    toml    TEXT NOT NULL
) STRICT;
CREATE INDEX adoption_hash ON adoption (hash, gesture);

-- What was told to whom of a promise that runs late, each step once (DOMAIN.md 5, escalation). Step 0 is the warning, 1
-- the breach, from 2 on what follows; `at` is when it came due to be told, `event` where the record says so.
CREATE TABLE escalation (
    id      INTEGER PRIMARY KEY,
    handoff INTEGER NOT NULL REFERENCES handoff (id) ON DELETE CASCADE,
    name    TEXT NOT NULL,
    leg     INTEGER NOT NULL,
    step    INTEGER NOT NULL CHECK (step >= 0),
    person  INTEGER REFERENCES person (id),         -- NULL where there was nobody to tell
    at      INTEGER NOT NULL,
    event   INTEGER NOT NULL REFERENCES event (seq),
    open    INTEGER NOT NULL CHECK (open IN (0, 1)) -- 1 while the promise is open
) STRICT;
CREATE UNIQUE INDEX escalation_once ON escalation (handoff, name, leg, step, coalesce(person, 0));
CREATE INDEX escalation_inbox ON escalation (person, at) WHERE open = 1;
CREATE INDEX escalation_at ON escalation (at);
CREATE INDEX escalation_event ON escalation (event);
CREATE TRIGGER escalation_over AFTER UPDATE OF state ON clock
WHEN new.end_to_end = 0 AND (old.state IN ('running', 'paused')) <> (new.state IN ('running', 'paused')) BEGIN
    UPDATE escalation SET open = new.state IN ('running', 'paused')
        WHERE handoff = new.handoff AND name = new.name AND leg = new.leg;
END;

-- What the codes of the policy in force require, a row for each code and key and one with an empty key for each code; a
-- disposition recorded since then lacks none of it, whoever wrote it (DOMAIN.md 8). A return may tell in a note what is
-- missing.
CREATE TABLE disposition_rule (
    code  TEXT NOT NULL,
    key   TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (code, key)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER outcome_known AFTER UPDATE OF code, outcome_at ON handoff
WHEN new.code IS NOT NULL AND new.outcome_at >= (SELECT min(since) FROM disposition_rule) BEGIN
    SELECT RAISE(ABORT, 'the policy has no such disposition code')
        WHERE NOT EXISTS (SELECT 1 FROM disposition_rule WHERE code = new.code AND key = '');
    SELECT RAISE(ABORT, 'a disposition lacks what its code requires') FROM disposition_rule AS r
        WHERE r.code = new.code AND r.key <> '' AND NOT EXISTS (
            SELECT 1 FROM outcome_field AS o WHERE o.handoff = new.id AND trim(o.value) <> ''
                AND (o.key = r.key OR (r.key = 'missing' AND o.key = 'note')));
END;

-- Who was given what when, undone assignments left out: routing rotates by it (DOMAIN.md 6).
CREATE TABLE assignment (
    id      INTEGER PRIMARY KEY,
    person  INTEGER NOT NULL REFERENCES person (id),
    handoff INTEGER NOT NULL,
    at      INTEGER NOT NULL
) STRICT;
CREATE INDEX assignment_person ON assignment (person, at);
CREATE INDEX assignment_handoff ON assignment (handoff);

-- What somebody has decided about items of a weekly batch and not committed yet (DOMAIN.md 10). It is no record: it goes
-- when it is committed or thrown away.
CREATE TABLE batch_draft (
    week     TEXT NOT NULL,
    person   INTEGER NOT NULL REFERENCES person (id),
    handoff  INTEGER NOT NULL REFERENCES handoff (id) ON DELETE CASCADE,
    version  INTEGER NOT NULL,                 -- the version that was seen
    decision TEXT NOT NULL CHECK (json_valid(decision)),
    PRIMARY KEY (week, person, handoff)
) STRICT, WITHOUT ROWID;
CREATE INDEX batch_draft_handoff ON batch_draft (handoff);

-- What the criteria last said of each account.
CREATE TABLE evaluation (
    account INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    at      INTEGER NOT NULL,
    policy  TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('handoff', 'discuss', 'research', 'nurture', 'never')),
    kind    TEXT,
    rule    TEXT NOT NULL,
    tier    TEXT NOT NULL CHECK (tier IN ('1', '2', '3', 'outside')),
    score   INTEGER NOT NULL CHECK (score BETWEEN 0 AND 100),
    reason  TEXT NOT NULL,
    -- What keeps an account that is to be discussed or researched from being handed off.
    missing TEXT NOT NULL DEFAULT '[]' CHECK (json_type(missing) = 'array'),
    -- Ids of the signals that decided.
    decided TEXT NOT NULL DEFAULT '[]' CHECK (json_type(decided) = 'array'),
    -- When the verdict may change although nothing happens; what was to be flagged and is not yet is looked at again at
    -- once.
    again   INTEGER,
    -- Ready, and held back by the monthly cap of its type (DOMAIN.md 4).
    held    INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1))
) STRICT;
-- Those that people look at, the best first.
CREATE INDEX evaluation_look ON evaluation (verdict, tier, score DESC) WHERE verdict NOT IN ('nurture', 'never');
CREATE INDEX evaluation_held ON evaluation (tier, score DESC) WHERE held = 1;
CREATE INDEX evaluation_again ON evaluation (again) WHERE again IS NOT NULL;

-- Accounts about which something changed since they were last judged.
CREATE TABLE unjudged (
    account INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE
) STRICT;

CREATE TRIGGER unjudged_account AFTER INSERT ON account BEGIN
    INSERT INTO unjudged VALUES (new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER unjudged_account_change AFTER UPDATE OF changed ON account WHEN old.changed <> new.changed BEGIN
    INSERT INTO unjudged VALUES (new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER unjudged_contact AFTER INSERT ON contact BEGIN
    INSERT INTO unjudged VALUES (new.account) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER unjudged_contact_change AFTER UPDATE OF account, authority, title, role ON contact BEGIN
    INSERT INTO unjudged VALUES (old.account) ON CONFLICT DO NOTHING;
    INSERT INTO unjudged VALUES (new.account) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER unjudged_signal AFTER INSERT ON signal BEGIN
    INSERT INTO unjudged VALUES (new.account) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER unjudged_signal_change AFTER UPDATE ON signal BEGIN
    INSERT INTO unjudged VALUES (old.account) ON CONFLICT DO NOTHING;
    INSERT INTO unjudged VALUES (new.account) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER unjudged_handoff AFTER UPDATE OF open, on_wake ON handoff
WHEN old.open <> new.open OR old.on_wake IS NOT new.on_wake BEGIN
    INSERT INTO unjudged VALUES (new.account) ON CONFLICT DO NOTHING;
END;

-- Roll-ups, so that counts on screen never scan ---------------------------------------------------------------------

CREATE TABLE tally (
    stage TEXT NOT NULL,
    tier  TEXT NOT NULL,
    kind  TEXT NOT NULL,
    n     INTEGER NOT NULL CHECK (n >= 0),
    PRIMARY KEY (stage, tier, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE tally_assignee (
    assignee INTEGER NOT NULL,
    stage    TEXT NOT NULL,
    n        INTEGER NOT NULL CHECK (n >= 0),
    PRIMARY KEY (assignee, stage)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER tally_insert AFTER INSERT ON handoff BEGIN
    INSERT INTO tally VALUES (new.stage, new.tier, new.kind, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_delete AFTER DELETE ON handoff BEGIN
    UPDATE tally SET n = n - 1 WHERE stage = old.stage AND tier = old.tier AND kind = old.kind;
END;
CREATE TRIGGER tally_update AFTER UPDATE OF stage, tier, kind ON handoff
WHEN old.stage <> new.stage OR old.tier <> new.tier OR old.kind <> new.kind BEGIN
    UPDATE tally SET n = n - 1 WHERE stage = old.stage AND tier = old.tier AND kind = old.kind;
    INSERT INTO tally VALUES (new.stage, new.tier, new.kind, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_assignee_insert AFTER INSERT ON handoff WHEN new.assignee IS NOT NULL BEGIN
    INSERT INTO tally_assignee VALUES (new.assignee, new.stage, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_assignee_delete AFTER DELETE ON handoff WHEN old.assignee IS NOT NULL BEGIN
    UPDATE tally_assignee SET n = n - 1 WHERE assignee = old.assignee AND stage = old.stage;
END;
CREATE TRIGGER tally_assignee_update AFTER UPDATE OF stage, assignee ON handoff
WHEN old.assignee IS NOT new.assignee OR old.stage <> new.stage BEGIN
    UPDATE tally_assignee SET n = n - 1 WHERE assignee = old.assignee AND stage = old.stage;
    INSERT INTO tally_assignee SELECT new.assignee, new.stage, 1 WHERE new.assignee IS NOT NULL
        ON CONFLICT DO UPDATE SET n = n + 1;
END;

-- Deals and handoffs that each person won and closed, by what makes accounts similar: win rates (DOMAIN.md 6).
CREATE TABLE success (
    sector TEXT NOT NULL,
    band   TEXT NOT NULL,
    person INTEGER NOT NULL,
    won    INTEGER NOT NULL,
    closed INTEGER NOT NULL,
    PRIMARY KEY (sector, band, person),
    CHECK (won >= 0 AND closed >= won)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER success_deal_insert AFTER INSERT ON deal WHEN new.owner IS NOT NULL AND new.stage IN ('won', 'lost') BEGIN
    INSERT INTO success
        SELECT coalesce(a.sector, ''), coalesce(a.band, ''), new.owner, new.stage = 'won', 1
        FROM (SELECT new.account AS id) AS d LEFT JOIN account AS a ON a.id = d.id WHERE true
        ON CONFLICT DO UPDATE SET won = won + excluded.won, closed = closed + 1;
END;
CREATE TRIGGER success_deal_delete AFTER DELETE ON deal WHEN old.owner IS NOT NULL AND old.stage IN ('won', 'lost') BEGIN
    UPDATE success SET won = won - (old.stage = 'won'), closed = closed - 1
        WHERE person = old.owner AND (sector, band) = (
            SELECT coalesce(a.sector, ''), coalesce(a.band, '')
            FROM (SELECT old.account AS id) AS d LEFT JOIN account AS a ON a.id = d.id);
END;
CREATE TRIGGER success_deal_update AFTER UPDATE OF account, owner, stage ON deal
WHEN old.account IS NOT new.account OR old.owner IS NOT new.owner OR old.stage <> new.stage BEGIN
    UPDATE success SET won = won - (old.stage = 'won'), closed = closed - 1
        WHERE old.stage IN ('won', 'lost') AND person = old.owner AND (sector, band) = (
            SELECT coalesce(a.sector, ''), coalesce(a.band, '')
            FROM (SELECT old.account AS id) AS d LEFT JOIN account AS a ON a.id = d.id);
    INSERT INTO success
        SELECT coalesce(a.sector, ''), coalesce(a.band, ''), new.owner, new.stage = 'won', 1
        FROM (SELECT new.account AS id) AS d LEFT JOIN account AS a ON a.id = d.id
        WHERE new.owner IS NOT NULL AND new.stage IN ('won', 'lost')
        ON CONFLICT DO UPDATE SET won = won + excluded.won, closed = closed + 1;
END;
-- A handoff counts while it rests with an outcome of class `close`, won or lost.
CREATE TRIGGER success_handoff_insert AFTER INSERT ON handoff
WHEN new.stage = 'closed' AND new.class = 'close' AND new.assignee IS NOT NULL BEGIN
    INSERT INTO success
        SELECT sector, band, new.assignee, new.code = 'WON', 1 FROM account WHERE id = new.account
        ON CONFLICT DO UPDATE SET won = won + excluded.won, closed = closed + 1;
END;
CREATE TRIGGER success_handoff_delete AFTER DELETE ON handoff
WHEN old.stage = 'closed' AND old.class = 'close' AND old.assignee IS NOT NULL BEGIN
    UPDATE success SET won = won - (old.code = 'WON'), closed = closed - 1
        WHERE person = old.assignee AND (sector, band) = (SELECT sector, band FROM account WHERE id = old.account);
END;
CREATE TRIGGER success_handoff_update AFTER UPDATE OF account, stage, class, code, assignee ON handoff
WHEN (old.stage = 'closed' AND old.class IS 'close') OR (new.stage = 'closed' AND new.class IS 'close') BEGIN
    UPDATE success SET won = won - (old.code = 'WON'), closed = closed - 1
        WHERE old.stage = 'closed' AND old.class = 'close' AND person = old.assignee
          AND (sector, band) = (SELECT sector, band FROM account WHERE id = old.account);
    INSERT INTO success
        SELECT sector, band, new.assignee, new.code = 'WON', 1 FROM account
        WHERE id = new.account AND new.stage = 'closed' AND new.class = 'close' AND new.assignee IS NOT NULL
        ON CONFLICT DO UPDATE SET won = won + excluded.won, closed = closed + 1;
END;
CREATE TRIGGER success_account_update AFTER UPDATE OF industry, employees ON account
WHEN old.sector <> new.sector OR old.band <> new.band BEGIN
    UPDATE success SET won = success.won - gone.won, closed = success.closed - gone.closed
        FROM (SELECT person, sum(won) AS won, count(*) AS closed FROM (
                  SELECT owner AS person, stage = 'won' AS won FROM deal
                      WHERE account = new.id AND owner IS NOT NULL AND stage IN ('won', 'lost')
                  UNION ALL
                  SELECT assignee, code = 'WON' FROM handoff
                      WHERE account = new.id AND open = 0 AND stage = 'closed' AND class = 'close'
                        AND assignee IS NOT NULL)
              GROUP BY person) AS gone
        WHERE success.sector = old.sector AND success.band = old.band AND success.person = gone.person;
    INSERT INTO success
        SELECT new.sector, new.band, person, sum(won), count(*) FROM (
            SELECT owner AS person, stage = 'won' AS won FROM deal
                WHERE account = new.id AND owner IS NOT NULL AND stage IN ('won', 'lost')
            UNION ALL
            SELECT assignee, code = 'WON' FROM handoff
                WHERE account = new.id AND open = 0 AND stage = 'closed' AND class = 'close' AND assignee IS NOT NULL)
        WHERE true GROUP BY person
        ON CONFLICT DO UPDATE SET won = won + excluded.won, closed = closed + excluded.closed;
END;

-- What handoffs repeat of their account follows it, and so does search.
CREATE TRIGGER account_to_handoff AFTER UPDATE OF name, region, segment, industry, relation, on_tal ON account
WHEN old.name IS NOT new.name COLLATE BINARY OR old.region IS NOT new.region COLLATE BINARY
     OR old.segment IS NOT new.segment COLLATE BINARY OR old.industry IS NOT new.industry COLLATE BINARY
     OR old.relation <> new.relation OR old.on_tal <> new.on_tal BEGIN
    UPDATE handoff SET company = new.name, region = new.region, segment = new.segment, industry = new.industry,
        relation = new.relation, on_tal = new.on_tal WHERE account = new.id;
END;
CREATE TRIGGER account_search_insert AFTER INSERT ON account BEGIN
    INSERT INTO search (rowid, words) VALUES (new.id << 16, new.words);
END;
CREATE TRIGGER account_search_update AFTER UPDATE OF words ON account WHEN old.words <> new.words BEGIN
    DELETE FROM search WHERE rowid = old.id << 16;
    INSERT INTO search (rowid, words) VALUES (new.id << 16, new.words);
END;
CREATE TRIGGER account_search_delete AFTER DELETE ON account BEGIN
    DELETE FROM search WHERE rowid = old.id << 16;
END;
CREATE TRIGGER contact_search_insert AFTER INSERT ON contact BEGIN
    INSERT INTO search (rowid, words) VALUES ((new.account << 16) | new.n, new.words);
END;
CREATE TRIGGER contact_search_update AFTER UPDATE OF account, n, words ON contact
WHEN old.account <> new.account OR old.n <> new.n OR old.words <> new.words BEGIN
    DELETE FROM search WHERE rowid = (old.account << 16) | old.n;
    INSERT INTO search (rowid, words) VALUES ((new.account << 16) | new.n, new.words);
END;
CREATE TRIGGER contact_search_delete AFTER DELETE ON contact BEGIN
    DELETE FROM search WHERE rowid = (old.account << 16) | old.n;
END;
