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
    -- What search looks at: folded words of name, domain and contact names, each with a blank before it.
    words          TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX account_name ON account (name);
CREATE INDEX account_domain ON account (domain) WHERE domain IS NOT NULL;
CREATE INDEX account_changed ON account (changed);

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
    opted_out   INTEGER NOT NULL CHECK (opted_out IN (0, 1))
) STRICT;
CREATE INDEX contact_account ON contact (account);
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

-- Full text over accounts: broad terms walk an index of `handoff` and look at its `words`, narrow ones come from here.
CREATE VIRTUAL TABLE search USING fts5 (
    words, content = '', contentless_delete = 1, detail = 'none', prefix = '2 3', tokenize = "ascii tokenchars '.'"
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
    on_wake           TEXT,
    on_defer          TEXT,
    on_expected_close TEXT,

    -- The outcome.
    code       TEXT,
    class      TEXT CHECK (class IN
                   ('accept', 'progress', 'close', 'return', 'recycle', 'disqualify', 'escalate')),
    claim      TEXT CHECK (claim IN ('persona', 'timing', 'fit', 'competitor', 'signal', 'contact_data')),
    overridden TEXT,
    outcome_by INTEGER REFERENCES person (id),
    outcome_at INTEGER,

    -- Derived, for lists: the clock that is due next, and what the account says of itself.
    next_due   INTEGER NOT NULL,               -- 9223372036854775807 while no clock runs
    next_clock TEXT,                           -- its name; NULL while no clock runs
    company    TEXT NOT NULL COLLATE NOCASE,
    domain     TEXT,
    region     TEXT COLLATE NOCASE,
    segment    TEXT COLLATE NOCASE,
    industry   TEXT COLLATE NOCASE,
    words      TEXT NOT NULL,

    -- From `assigned` on there is exactly one assignee (DOMAIN.md 2).
    CHECK (assignee IS NOT NULL
           OR stage NOT IN ('assigned', 'accepted', 'working', 'engaged', 'opportunity')),
    -- An outcome is whole: its code, what it does, who and when (DOMAIN.md 8).
    CHECK ((code IS NULL) = (class IS NULL) AND (code IS NULL) = (outcome_by IS NULL)
           AND (code IS NULL) = (outcome_at IS NULL)),
    CHECK ((co_owner IS NULL) = (co_owner_until IS NULL)),
    CHECK ((next_clock IS NULL) = (next_due = 9223372036854775807)),
    CHECK (stage <> 'disputed' OR before_dispute IS NOT NULL)
) STRICT;

-- Lists are keyset pages of (column, id) from these; the id is part of every index. `open` stands first where a list
-- may show open ones, resting ones or, merging two pages, all.
CREATE INDEX handoff_due        ON handoff (open, next_due);
CREATE INDEX handoff_company    ON handoff (open, company);
CREATE INDEX handoff_score      ON handoff (open, score);
CREATE INDEX handoff_created    ON handoff (open, at_created);
CREATE INDEX handoff_tier       ON handoff (open, tier, next_due);
CREATE INDEX handoff_kind       ON handoff (open, kind, next_due);
CREATE INDEX handoff_stage      ON handoff (stage, next_due);
CREATE INDEX handoff_tier_stage ON handoff (tier, stage, next_due);
CREATE INDEX handoff_assignee   ON handoff (assignee, open, next_due);
CREATE INDEX handoff_account    ON handoff (account, open, next_due);
CREATE INDEX handoff_wake       ON handoff (on_wake) WHERE on_wake IS NOT NULL;
CREATE INDEX handoff_parent     ON handoff (parent) WHERE parent IS NOT NULL;
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
    due          INTEGER NOT NULL,
    warn         INTEGER NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('running', 'paused', 'met', 'met_late', 'cancelled', 'breached')),
    ended        INTEGER,
    short_notice INTEGER NOT NULL CHECK (short_notice IN (0, 1)),
    PRIMARY KEY (handoff, name, leg, end_to_end),
    CHECK (owes_person IS NULL OR owes_role IS NULL),
    CHECK ((ended IS NULL) = (state IN ('running', 'paused')))
) STRICT, WITHOUT ROWID;
CREATE INDEX clock_due ON clock (due) WHERE state = 'running';

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
    kind      TEXT NOT NULL CHECK (kind IN ('handoffs', 'people', 'facts')),
    undoes    INTEGER UNIQUE REFERENCES gesture (id) CHECK (undoes < id),
    backward  INTEGER NOT NULL CHECK (backward IN (0, 1))  -- 1 when it takes something back, 0 when it does or redoes
) STRICT;
CREATE INDEX gesture_stack ON gesture (actor, backward, id) WHERE kind = 'handoffs';

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

CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the event record is append-only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the event record is append-only'); END;
CREATE TRIGGER gesture_no_update BEFORE UPDATE ON gesture BEGIN SELECT RAISE(ABORT, 'the event record is append-only'); END;
CREATE TRIGGER gesture_no_delete BEFORE DELETE ON gesture BEGIN SELECT RAISE(ABORT, 'the event record is append-only'); END;

-- Who was given what when, undone assignments left out: routing rotates by it (DOMAIN.md 6).
CREATE TABLE assignment (
    id      INTEGER PRIMARY KEY,
    person  INTEGER NOT NULL REFERENCES person (id),
    handoff INTEGER NOT NULL,
    at      INTEGER NOT NULL
) STRICT;
CREATE INDEX assignment_person ON assignment (person, at);
CREATE INDEX assignment_handoff ON assignment (handoff);

-- What the criteria last said of each account, with the receipt.
CREATE TABLE evaluation (
    account INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    at      INTEGER NOT NULL,
    policy  TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('handoff', 'discuss', 'research', 'nurture', 'never')),
    kind    TEXT,
    rule    TEXT NOT NULL,
    score   INTEGER NOT NULL,
    receipt TEXT NOT NULL CHECK (json_valid(receipt))
) STRICT;
CREATE INDEX evaluation_verdict ON evaluation (verdict);

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

-- What handoffs repeat of their account follows it, and so does search.
CREATE TRIGGER account_to_handoff AFTER UPDATE OF name, domain, region, segment, industry, words ON account
WHEN old.name IS NOT new.name COLLATE BINARY OR old.domain IS NOT new.domain OR old.words IS NOT new.words
     OR old.region IS NOT new.region COLLATE BINARY OR old.segment IS NOT new.segment COLLATE BINARY
     OR old.industry IS NOT new.industry COLLATE BINARY BEGIN
    UPDATE handoff SET company = new.name, domain = new.domain, region = new.region, segment = new.segment,
        industry = new.industry, words = new.words WHERE account = new.id;
END;
CREATE TRIGGER account_search_insert AFTER INSERT ON account BEGIN
    INSERT INTO search (rowid, words) VALUES (new.id, new.words);
END;
CREATE TRIGGER account_search_update AFTER UPDATE OF words ON account WHEN old.words IS NOT new.words BEGIN
    DELETE FROM search WHERE rowid = old.id;
    INSERT INTO search (rowid, words) VALUES (new.id, new.words);
END;
CREATE TRIGGER account_search_delete AFTER DELETE ON account BEGIN
    DELETE FROM search WHERE rowid = old.id;
END;
