-- The whole desk, first version. Append-only: a later change is a new file, never an edit of this one once released.
--
-- Times are UTC milliseconds (INTEGER), days are ISO text (2026-12-01), lists are JSON arrays of text, booleans 0 and 1.
-- Vocabularies that are closed in the domain are CHECKed here; those that a policy may extend (types, codes, signal
-- kinds) are text. Such a check of three words and more is a chain of OR: of an IN, SQLite would make a table anew for
-- every row that it checks.

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
    role        TEXT NOT NULL CHECK (role = 'vp_sales' OR role = 'manager' OR role = 'ae' OR role = 'sdr'
                       OR role = 'csm' OR role = 'marketing' OR role = 'vp_marketing' OR role = 'revops'),
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
    tier           TEXT NOT NULL CHECK (tier = '1' OR tier = '2' OR tier = '3' OR tier = 'outside'),
    tier_by_hand   INTEGER NOT NULL CHECK (tier_by_hand IN (0, 1)),
    fit            INTEGER CHECK (fit BETWEEN 0 AND 100),
    lead_score     INTEGER CHECK (lead_score BETWEEN 0 AND 100),
    relation       TEXT NOT NULL CHECK (relation = 'new' OR relation = 'past_prospect' OR relation = 'customer'),
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
CREATE INDEX account_tal ON account (on_tal) WHERE on_tal = 1;

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
    role        TEXT NOT NULL CHECK (role = 'decision_maker' OR role = 'champion' OR role = 'influencer'
                       OR role = 'user' OR role = 'blocker' OR role = 'unknown'),
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
    stage    TEXT NOT NULL CHECK (stage = 'prospecting' OR stage = 'engaging' OR stage = 'won' OR stage = 'lost'),
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

-- Contacts whose account is not known yet; they join it when it comes. What the row said of the account is kept with
-- the registrable part of its domain and that of the mail address.
CREATE TABLE unattached (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    external       TEXT UNIQUE,
    name           TEXT NOT NULL,
    title          TEXT,
    email          TEXT,
    phone          TEXT,
    profile        TEXT,
    role           TEXT CHECK (role = 'decision_maker' OR role = 'champion' OR role = 'influencer'
                       OR role = 'user' OR role = 'blocker' OR role = 'unknown'),
    authority      INTEGER CHECK (authority IN (0, 1)),
    do_not_call    INTEGER CHECK (do_not_call IN (0, 1)),
    opted_out      INTEGER CHECK (opted_out IN (0, 1)),
    account_key    TEXT,
    account_domain TEXT,
    account_name   TEXT COLLATE NOCASE,
    root           TEXT,
    mail_root      TEXT
) STRICT;
CREATE INDEX unattached_email ON unattached (email) WHERE email IS NOT NULL;

-- Values of a record as its file wrote them: of vocabularies in which they have no meaning yet, and of columns for which
-- the desk has no field.
CREATE TABLE kept (
    kind  TEXT NOT NULL CHECK (kind = 'account' OR kind = 'contact' OR kind = 'signal' OR kind = 'deal'
                       OR kind = 'unattached'),
    id    INTEGER NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (kind, id, field)
) STRICT, WITHOUT ROWID;

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
    stage          TEXT NOT NULL CHECK (stage = 'flagged' OR stage = 'queued' OR stage = 'assigned'
                       OR stage = 'accepted' OR stage = 'working' OR stage = 'engaged' OR stage = 'opportunity'
                       OR stage = 'returned' OR stage = 'disputed' OR stage = 'nurture' OR stage = 'hibernating'
                       OR stage = 'closed'),
    open           INTEGER NOT NULL
                       CHECK (open = (stage <> 'nurture' AND stage <> 'hibernating' AND stage <> 'closed')),
    tier           TEXT NOT NULL CHECK (tier = '1' OR tier = '2' OR tier = '3' OR tier = 'outside'),
    score          INTEGER NOT NULL CHECK (score BETWEEN 0 AND 100),
    source         TEXT NOT NULL CHECK (source = 'direct_demand' OR source = 'intent_platform'
                       OR source = 'campaign' OR source = 'event' OR source = 'referral' OR source = 'outbound'
                       OR source = 'product' OR source = 'customer_success'),
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
    class      TEXT CHECK (class = 'accept' OR class = 'progress' OR class = 'close' OR class = 'return'
                       OR class = 'recycle' OR class = 'disqualify' OR class = 'escalate'),
    claim      TEXT CHECK (claim = 'persona' OR claim = 'timing' OR claim = 'fit' OR claim = 'competitor'
                       OR claim = 'signal' OR claim = 'contact_data'),
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
    relation     TEXT NOT NULL DEFAULT 'new'
                     CHECK (relation = 'new' OR relation = 'past_prospect' OR relation = 'customer'),
    on_tal       INTEGER NOT NULL DEFAULT 0 CHECK (on_tal IN (0, 1)),

    -- Kept by triggers, for measures: how often it was reported incomplete, recycled, overridden and escalated, and how
    -- many of the handoffs that grew out of it became opportunities.
    n_incomplete INTEGER NOT NULL DEFAULT 0,
    n_recycled   INTEGER NOT NULL DEFAULT 0,
    n_overridden INTEGER NOT NULL DEFAULT 0,
    n_escalated  INTEGER NOT NULL DEFAULT 0,
    n_reborn     INTEGER NOT NULL DEFAULT 0,
    -- When whoever has it last touched or reported.
    at_reported  INTEGER,

    -- What measures count of it (domain/measure): each 0 or 1. A rate counts from the assignment, or, as long as there
    -- is none, from the submission. Days are those of UTC; reports cut them where the team's zone does.
    m_day        INTEGER AS (at_submitted / 86400000) VIRTUAL,
    m_from       INTEGER AS (coalesce(at_assigned, at_submitted)) VIRTUAL,
    m_from_day   INTEGER AS (coalesce(at_assigned, at_submitted) / 86400000) VIRTUAL,
    m_assigned   INTEGER AS (at_assigned IS NOT NULL) VIRTUAL,
    m_accepted   INTEGER AS (at_accepted IS NOT NULL OR at_first_touch IS NOT NULL) VIRTUAL,
    m_waiting    INTEGER AS (stage = 'assigned' AND at_accepted IS NULL AND at_first_touch IS NULL) VIRTUAL,
    m_touched    INTEGER AS (at_first_touch IS NOT NULL) VIRTUAL,
    m_worked     INTEGER AS (coalesce(at_first_touch - coalesce(at_assigned, at_submitted) <= 2592000000, 0)) VIRTUAL,
    m_fast       INTEGER AS (coalesce(at_first_touch - coalesce(at_assigned, at_submitted) <= 300000, 0)) VIRTUAL,
    m_answered   INTEGER AS (coalesce(at_responded - coalesce(at_assigned, at_submitted) <= 604800000, 0)) VIRTUAL,
    m_responded  INTEGER AS (at_responded IS NOT NULL) VIRTUAL,
    m_followed   INTEGER AS (coalesce(at_opportunity - at_responded <= 2592000000, 0)) VIRTUAL,
    m_soon       INTEGER AS (coalesce(at_opportunity - coalesce(at_assigned, at_submitted) <= 2592000000, 0)) VIRTUAL,
    m_converted  INTEGER AS (at_opportunity IS NOT NULL) VIRTUAL,
    m_won        INTEGER AS (stage = 'closed' AND coalesce(code = 'WON'
                     AND outcome_at - coalesce(at_assigned, at_submitted) <= 15811200000, 0)) VIRTUAL,
    m_held       INTEGER AS (at_held IS NOT NULL) VIRTUAL,
    m_activated  INTEGER AS (at_activated IS NOT NULL) VIRTUAL,
    m_returned   INTEGER AS (at_returned IS NOT NULL) VIRTUAL,
    m_rejected   INTEGER AS (at_returned IS NOT NULL OR (at_first_touch IS NULL
                     AND coalesce(class IN ('recycle', 'disqualify'), 0))) VIRTUAL,
    m_complete   INTEGER AS (completeness IS NOT NULL) VIRTUAL,
    m_rated      INTEGER AS (rating IS NOT NULL) VIRTUAL,
    m_recycled   INTEGER AS (n_recycled > 0) VIRTUAL,
    m_reborn     INTEGER AS (n_recycled > 0 AND n_reborn > 0) VIRTUAL,
    -- How long the first touch took, in steps that grow: minutes to two hours, hours to ten days, then days.
    m_step       INTEGER AS (CASE WHEN at_first_touch < at_assigned THEN 0
                     WHEN at_first_touch - at_assigned < 7200000 THEN (at_first_touch - at_assigned) / 60000
                     WHEN at_first_touch - at_assigned < 864000000 THEN 118 + (at_first_touch - at_assigned) / 3600000
                     ELSE min(348 + (at_first_touch - at_assigned) / 86400000, 748) END) VIRTUAL,
    -- When it was last heard of from whoever works it, and whether that was a report or only the acceptance.
    m_heard      INTEGER AS (CASE WHEN stage = 'accepted' OR stage = 'working' OR stage = 'engaged'
                     OR stage = 'opportunity'
                     THEN max(coalesce(at_reported, 0), coalesce(at_accepted, at_given, at_assigned, 0)) END) VIRTUAL,
    m_reported   INTEGER AS (coalesce(at_reported >= coalesce(at_accepted, at_given, at_assigned, 0), 0)) VIRTUAL,

    -- From `assigned` on there is exactly one assignee (DOMAIN.md 2).
    CHECK (assignee IS NOT NULL OR (stage <> 'assigned' AND stage <> 'accepted' AND stage <> 'working'
           AND stage <> 'engaged' AND stage <> 'opportunity')),
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
CREATE INDEX handoff_came_out     ON handoff (outcome_at)
    WHERE class = 'recycle' OR class = 'disqualify' OR class = 'close' OR class = 'return';
CREATE INDEX handoff_contact      ON handoff (contact) WHERE contact IS NOT NULL;
-- Measures read what lies at the edges of a month or of a rate's time from these:
-- (Who has it is no part of the first: every assignment would write it anew.)
CREATE INDEX handoff_submitted    ON handoff (at_submitted, kind, sender, n_incomplete, rating)
    WHERE at_submitted IS NOT NULL;
CREATE INDEX handoff_assigned     ON handoff (at_assigned, at_submitted)
    WHERE at_assigned IS NOT NULL AND at_submitted IS NOT NULL;
CREATE INDEX handoff_responded    ON handoff (at_responded) WHERE at_responded IS NOT NULL AND at_submitted IS NOT NULL;
CREATE INDEX handoff_step         ON handoff (m_step, at_submitted, kind, assignee, at_first_touch, at_assigned)
    WHERE m_step IS NOT NULL;
CREATE INDEX handoff_heard        ON handoff (m_heard) WHERE m_heard IS NOT NULL;
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

-- Every outcome that was recorded, undone ones left out: what marketing learns from, also where another came after it.
CREATE TABLE outcome (
    id         INTEGER PRIMARY KEY,
    handoff    INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    by         INTEGER NOT NULL REFERENCES person (id),
    code       TEXT NOT NULL,
    class      TEXT NOT NULL,
    claim      TEXT,
    overridden TEXT,
    fields     TEXT NOT NULL CHECK (json_type(fields) = 'object')
) STRICT;
CREATE INDEX outcome_at ON outcome (at, code);
CREATE INDEX outcome_handoff ON outcome (handoff);

-- End-to-end clocks that were broken: who had the handoff while the time ran, in milliseconds (DOMAIN.md 13.5).
CREATE TABLE breach (
    handoff   INTEGER NOT NULL REFERENCES handoff (id) ON DELETE CASCADE,
    name      TEXT NOT NULL,
    leg       INTEGER NOT NULL,
    submitted INTEGER,
    marketing INTEGER NOT NULL,
    triage    INTEGER NOT NULL,
    assignee  INTEGER NOT NULL,
    prospect  INTEGER NOT NULL,
    blame     TEXT NOT NULL CHECK (blame = 'marketing' OR blame = 'triage' OR blame = 'assignee'
                       OR blame = 'prospect'),
    PRIMARY KEY (handoff, name, leg)
) STRICT, WITHOUT ROWID;
-- All that a month's report sums of it, so that no row is looked up.
CREATE INDEX breach_submitted ON breach (submitted, name, blame, marketing, triage, assignee, prospect)
    WHERE submitted IS NOT NULL;

-- What each VP has decided in a dispute, in order.
CREATE TABLE decision (
    handoff  INTEGER NOT NULL REFERENCES handoff (id) ON DELETE CASCADE,
    n        INTEGER NOT NULL,
    role     TEXT NOT NULL,
    by       INTEGER NOT NULL REFERENCES person (id),
    decision TEXT NOT NULL CHECK (decision = 'queue' OR decision = 'nurture' OR decision = 'close'),
    note     TEXT NOT NULL,
    PRIMARY KEY (handoff, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE touch (
    id       INTEGER PRIMARY KEY,
    handoff  INTEGER NOT NULL REFERENCES handoff (id) ON DELETE CASCADE,
    at       INTEGER NOT NULL,
    by       INTEGER NOT NULL REFERENCES person (id),
    channel  TEXT NOT NULL CHECK (channel = 'email' OR channel = 'call' OR channel = 'social'
                       OR channel = 'meeting' OR channel = 'other'),
    template TEXT,
    outcome  TEXT NOT NULL CHECK (outcome = 'sent' OR outcome = 'replied' OR outcome = 'no_answer'
                       OR outcome = 'voicemail' OR outcome = 'bounced'),
    note     TEXT
) STRICT;
CREATE INDEX touch_handoff ON touch (handoff, at);

CREATE TABLE clock (
    handoff      INTEGER NOT NULL REFERENCES handoff (id) ON DELETE CASCADE,
    name         TEXT NOT NULL CHECK (name = 'deliver' OR name = 'assign' OR name = 'accept'
                       OR name = 'first_touch' OR name = 'report' OR name = 'work' OR name = 'fix'
                       OR name = 'decide' OR name = 'package' OR name = 'onboard'),
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
    state        TEXT NOT NULL CHECK (state = 'running' OR state = 'paused' OR state = 'met' OR state = 'met_late'
                       OR state = 'cancelled' OR state = 'breached'),
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
    kind      TEXT NOT NULL CHECK (kind = 'handoffs' OR kind = 'people' OR kind = 'facts' OR kind = 'policy'
                       OR kind = 'escalation'),
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
    kind    TEXT NOT NULL CHECK (kind = 'person' OR kind = 'account' OR kind = 'contact' OR kind = 'signal'
                       OR kind = 'deal' OR kind = 'unattached'),
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
    open    INTEGER NOT NULL CHECK (open IN (0, 1)), -- 1 while the promise is open
    latest  INTEGER NOT NULL DEFAULT 1 CHECK (latest IN (0, 1)) -- 1 while nothing later of it was told to the person
) STRICT;
CREATE UNIQUE INDEX escalation_once ON escalation (handoff, name, leg, step, coalesce(person, 0));
CREATE INDEX escalation_inbox ON escalation (person, at) WHERE open = 1 AND latest = 1;
CREATE INDEX escalation_at ON escalation (at);
CREATE INDEX escalation_event ON escalation (event);
CREATE TRIGGER escalation_latest AFTER INSERT ON escalation BEGIN
    UPDATE escalation SET latest = 0
        WHERE handoff = new.handoff AND name = new.name AND leg = new.leg AND person IS new.person AND latest = 1
            AND step < (SELECT max(step) FROM escalation
                WHERE handoff = new.handoff AND name = new.name AND leg = new.leg AND person IS new.person);
END;
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
CREATE INDEX assignment_person ON assignment (person, at, handoff);

-- The same by person and day (UTC): a month of it is looked at before every assignment.
CREATE TABLE tally_given (
    person INTEGER NOT NULL,
    day    INTEGER NOT NULL,
    n      INTEGER NOT NULL CHECK (n >= 0),
    PRIMARY KEY (person, day)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER tally_given_insert AFTER INSERT ON assignment BEGIN
    INSERT INTO tally_given VALUES (new.person, new.at / 86400000, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_given_delete AFTER DELETE ON assignment BEGIN
    UPDATE tally_given SET n = n - 1 WHERE person = old.person AND day = old.at / 86400000;
END;

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
    verdict TEXT NOT NULL CHECK (verdict = 'handoff' OR verdict = 'discuss' OR verdict = 'research'
                       OR verdict = 'nurture' OR verdict = 'never'),
    kind    TEXT,
    rule    TEXT NOT NULL,
    tier    TEXT NOT NULL CHECK (tier = '1' OR tier = '2' OR tier = '3' OR tier = 'outside'),
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

-- Roll-ups for measures (DOMAIN.md 11): every handoff that was submitted counts in five slices, by the day it was
-- submitted on, its type and the day its rates count from. A report adds up days, and reads handoffs one by one only
-- at the edges of a month and of a rate's time.
CREATE TABLE cell (
    slice    TEXT NOT NULL,
    day      INTEGER NOT NULL,
    value    TEXT NOT NULL COLLATE NOCASE,
    kind     TEXT NOT NULL,
    from_day INTEGER NOT NULL,
    handed       INTEGER NOT NULL,
    tal          INTEGER NOT NULL,
    assigned     INTEGER NOT NULL,
    accepted     INTEGER NOT NULL,
    waiting      INTEGER NOT NULL,
    touched      INTEGER NOT NULL,
    worked       INTEGER NOT NULL,
    fast         INTEGER NOT NULL,
    answered     INTEGER NOT NULL,
    responded    INTEGER NOT NULL,
    soon         INTEGER NOT NULL,
    converted    INTEGER NOT NULL,
    won          INTEGER NOT NULL,
    held         INTEGER NOT NULL,
    activated    INTEGER NOT NULL,
    returned     INTEGER NOT NULL,
    rejected     INTEGER NOT NULL,
    complete     INTEGER NOT NULL,
    completeness INTEGER NOT NULL,
    rated        INTEGER NOT NULL,
    stars        INTEGER NOT NULL,
    recycled     INTEGER NOT NULL,
    reborn       INTEGER NOT NULL,
    incomplete   INTEGER NOT NULL,
    recycles     INTEGER NOT NULL,
    overridden   INTEGER NOT NULL,
    escalated    INTEGER NOT NULL,
    PRIMARY KEY (slice, day, value, kind, from_day)
) STRICT, WITHOUT ROWID;

-- What changed in `cell` and is not added up there yet: a row takes away what a handoff counted, another adds what it
-- counts now. So a gesture writes in one place and not in hundreds; the store adds up when there is time.
CREATE TABLE cell_change (
    id       INTEGER PRIMARY KEY,
    day      INTEGER NOT NULL,
    from_day INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    person   TEXT NOT NULL,
    source   TEXT NOT NULL,
    tier     TEXT NOT NULL,
    segment  TEXT NOT NULL,
    handed INTEGER NOT NULL, tal INTEGER NOT NULL, assigned INTEGER NOT NULL, accepted INTEGER NOT NULL,
    waiting INTEGER NOT NULL, touched INTEGER NOT NULL, worked INTEGER NOT NULL, fast INTEGER NOT NULL,
    answered INTEGER NOT NULL, responded INTEGER NOT NULL, soon INTEGER NOT NULL, converted INTEGER NOT NULL,
    won INTEGER NOT NULL, held INTEGER NOT NULL, activated INTEGER NOT NULL, returned INTEGER NOT NULL,
    rejected INTEGER NOT NULL, complete INTEGER NOT NULL, completeness INTEGER NOT NULL, rated INTEGER NOT NULL,
    stars INTEGER NOT NULL, recycled INTEGER NOT NULL, reborn INTEGER NOT NULL, incomplete INTEGER NOT NULL,
    recycles INTEGER NOT NULL, overridden INTEGER NOT NULL, escalated INTEGER NOT NULL
) STRICT;

-- The same of those that were answered, by the day of the answer.
CREATE TABLE cell_answer (
    slice        TEXT NOT NULL,
    day          INTEGER NOT NULL,
    value        TEXT NOT NULL COLLATE NOCASE,
    kind         TEXT NOT NULL,
    answered_day INTEGER NOT NULL,
    n            INTEGER NOT NULL,
    followed     INTEGER NOT NULL,
    PRIMARY KEY (slice, day, value, kind, answered_day)
) STRICT, WITHOUT ROWID;

-- The same by how long the first touch took.
CREATE TABLE cell_step (
    slice TEXT NOT NULL,
    day   INTEGER NOT NULL,
    value TEXT NOT NULL COLLATE NOCASE,
    kind  TEXT NOT NULL,
    step  INTEGER NOT NULL,
    n     INTEGER NOT NULL,
    PRIMARY KEY (slice, day, value, kind, step)
) STRICT, WITHOUT ROWID;

-- Handoffs in somebody's hands by the day they were last heard of.
CREATE TABLE cell_heard (
    slice    TEXT NOT NULL,
    value    TEXT NOT NULL COLLATE NOCASE,
    kind     TEXT NOT NULL,
    day      INTEGER NOT NULL,
    n        INTEGER NOT NULL,
    reported INTEGER NOT NULL,
    PRIMARY KEY (slice, value, kind, day)
) STRICT, WITHOUT ROWID;

-- Clocks by how they ended; those that run by whether they were due at the moment in `overdue`. What came due since is read
-- clock by clock, until escalation, which looks at it anyway, counts it and moves the moment on. The account's own view of
-- the first touch is left out, it would count twice. The person is whoever owed it.
CREATE TABLE overdue (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    until INTEGER NOT NULL
) STRICT;
INSERT INTO overdue (one, until) VALUES (1, 0);
CREATE TABLE cell_clock (
    slice   TEXT NOT NULL,
    day     INTEGER NOT NULL,
    value   TEXT NOT NULL COLLATE NOCASE,
    kind    TEXT NOT NULL,
    name    TEXT NOT NULL,
    met     INTEGER NOT NULL,
    late    INTEGER NOT NULL,
    open    INTEGER NOT NULL,
    PRIMARY KEY (slice, day, value, kind, name)
) STRICT, WITHOUT ROWID;

-- What changed in `cell_clock` and is not added up there yet, as for `cell`.
CREATE TABLE cell_clock_change (
    id      INTEGER PRIMARY KEY,
    day     INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    name    TEXT NOT NULL,
    person  TEXT NOT NULL,
    source  TEXT NOT NULL,
    tier    TEXT NOT NULL,
    segment TEXT NOT NULL,
    met     INTEGER NOT NULL,
    late    INTEGER NOT NULL,
    open    INTEGER NOT NULL
) STRICT;

-- Outcomes by the day they were recorded on, of all and of whoever has the handoff now.
CREATE TABLE cell_outcome (
    slice TEXT NOT NULL,
    day   INTEGER NOT NULL,
    value TEXT NOT NULL COLLATE NOCASE,
    kind  TEXT NOT NULL,
    code  TEXT NOT NULL,
    n     INTEGER NOT NULL,
    PRIMARY KEY (slice, day, value, kind, code)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER outcome_insert AFTER INSERT ON outcome
WHEN new.class IN ('return', 'recycle') OR new.overridden IS NOT NULL BEGIN
    UPDATE handoff SET n_incomplete = n_incomplete + (new.class = 'return'),
        n_recycled = n_recycled + (new.class = 'recycle'),
        n_overridden = n_overridden + (new.overridden IS NOT NULL) WHERE id = new.handoff;
END;
CREATE TRIGGER outcome_delete AFTER DELETE ON outcome
WHEN old.class IN ('return', 'recycle') OR old.overridden IS NOT NULL BEGIN
    UPDATE handoff SET n_incomplete = n_incomplete - (old.class = 'return'),
        n_recycled = n_recycled - (old.class = 'recycle'),
        n_overridden = n_overridden - (old.overridden IS NOT NULL) WHERE id = old.handoff;
END;
CREATE TRIGGER cell_outcome_insert AFTER INSERT ON outcome BEGIN
    INSERT INTO cell_outcome
        SELECT s.slice, new.at / 86400000, CASE s.slice WHEN 'all' THEN '' ELSE coalesce(h.assignee, '') END, h.kind,
            new.code, 1
        FROM handoff AS h, (SELECT 'all' AS slice UNION ALL SELECT 'person') AS s WHERE h.id = new.handoff
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER cell_outcome_delete AFTER DELETE ON outcome BEGIN
    INSERT INTO cell_outcome
        SELECT s.slice, old.at / 86400000, CASE s.slice WHEN 'all' THEN '' ELSE coalesce(h.assignee, '') END, h.kind,
            old.code, -1
        FROM handoff AS h, (SELECT 'all' AS slice UNION ALL SELECT 'person') AS s WHERE h.id = old.handoff
        ON CONFLICT DO UPDATE SET n = n - 1;
    DELETE FROM cell_outcome WHERE n = 0 AND day = old.at / 86400000 AND code = old.code
        AND (slice, value, kind) IN (
            SELECT s.slice, CASE s.slice WHEN 'all' THEN '' ELSE coalesce(h.assignee, '') END, h.kind
            FROM handoff AS h, (SELECT 'all' AS slice UNION ALL SELECT 'person') AS s WHERE h.id = old.handoff);
END;
-- A handoff that comes back finds its outcomes, and one that is taken out leaves them uncounted.
CREATE TRIGGER cell_outcome_born AFTER INSERT ON handoff WHEN EXISTS (SELECT 1 FROM outcome WHERE handoff = new.id) BEGIN
    INSERT INTO cell_outcome
        SELECT s.slice, o.at / 86400000, CASE s.slice WHEN 'all' THEN '' ELSE coalesce(new.assignee, '') END, new.kind,
            o.code, 1
        FROM outcome AS o, (SELECT 'all' AS slice UNION ALL SELECT 'person') AS s WHERE o.handoff = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER cell_outcome_gone AFTER DELETE ON handoff WHEN EXISTS (SELECT 1 FROM outcome WHERE handoff = old.id) BEGIN
    INSERT INTO cell_outcome
        SELECT s.slice, o.at / 86400000, CASE s.slice WHEN 'all' THEN '' ELSE coalesce(old.assignee, '') END, old.kind,
            o.code, -1
        FROM outcome AS o, (SELECT 'all' AS slice UNION ALL SELECT 'person') AS s WHERE o.handoff = old.id
        ON CONFLICT DO UPDATE SET n = n - 1;
    DELETE FROM cell_outcome WHERE n = 0 AND kind = old.kind AND (slice, day, value, code) IN (
        SELECT s.slice, o.at / 86400000, CASE s.slice WHEN 'all' THEN '' ELSE coalesce(old.assignee, '') END, o.code
        FROM outcome AS o, (SELECT 'all' AS slice UNION ALL SELECT 'person') AS s WHERE o.handoff = old.id);
END;
CREATE TRIGGER cell_outcome_handoff AFTER UPDATE OF assignee, kind ON handoff
WHEN (old.assignee IS NOT new.assignee OR old.kind <> new.kind)
     AND EXISTS (SELECT 1 FROM outcome WHERE handoff = new.id) BEGIN
    INSERT INTO cell_outcome
        SELECT s.slice, o.at / 86400000, CASE s.slice WHEN 'all' THEN '' ELSE coalesce(old.assignee, '') END, old.kind,
            o.code, -1
        FROM outcome AS o, (SELECT 'all' AS slice UNION ALL SELECT 'person') AS s WHERE o.handoff = old.id
        ON CONFLICT DO UPDATE SET n = n - 1;
    INSERT INTO cell_outcome
        SELECT s.slice, o.at / 86400000, CASE s.slice WHEN 'all' THEN '' ELSE coalesce(new.assignee, '') END, new.kind,
            o.code, 1
        FROM outcome AS o, (SELECT 'all' AS slice UNION ALL SELECT 'person') AS s WHERE o.handoff = new.id
        ON CONFLICT DO UPDATE SET n = n + 1;
    DELETE FROM cell_outcome WHERE n = 0 AND kind = old.kind AND (slice, day, value, code) IN (
        SELECT s.slice, o.at / 86400000, CASE s.slice WHEN 'all' THEN '' ELSE coalesce(old.assignee, '') END, o.code
        FROM outcome AS o, (SELECT 'all' AS slice UNION ALL SELECT 'person') AS s WHERE o.handoff = old.id);
END;
CREATE TRIGGER escalated AFTER INSERT ON escalation WHEN new.step > 0 BEGIN
    UPDATE handoff SET n_escalated = n_escalated + 1 WHERE id = new.handoff;
END;
CREATE TRIGGER escalated_not AFTER DELETE ON escalation WHEN old.step > 0 BEGIN
    UPDATE handoff SET n_escalated = n_escalated - 1 WHERE id = old.handoff;
END;
CREATE TRIGGER reborn_insert AFTER INSERT ON handoff
WHEN new.parent IS NOT NULL AND new.at_opportunity IS NOT NULL BEGIN
    UPDATE handoff SET n_reborn = n_reborn + 1 WHERE id = new.parent;
END;
-- What grew out of a handoff may be there before it: a restore goes by another order.
CREATE TRIGGER reborn_parent AFTER INSERT ON handoff
WHEN EXISTS (SELECT 1 FROM handoff WHERE parent = new.id AND at_opportunity IS NOT NULL) BEGIN
    UPDATE handoff SET n_reborn = (SELECT count(*) FROM handoff AS child
        WHERE child.parent = new.id AND child.at_opportunity IS NOT NULL) WHERE id = new.id;
END;
CREATE TRIGGER reborn_delete AFTER DELETE ON handoff
WHEN old.parent IS NOT NULL AND old.at_opportunity IS NOT NULL BEGIN
    UPDATE handoff SET n_reborn = n_reborn - 1 WHERE id = old.parent;
END;
CREATE TRIGGER reborn_update AFTER UPDATE OF parent, at_opportunity ON handoff
WHEN old.parent IS NOT new.parent OR (old.at_opportunity IS NULL) <> (new.at_opportunity IS NULL) BEGIN
    UPDATE handoff SET n_reborn = n_reborn - 1 WHERE id = old.parent AND old.at_opportunity IS NOT NULL;
    UPDATE handoff SET n_reborn = n_reborn + 1 WHERE id = new.parent AND new.at_opportunity IS NOT NULL;
END;

CREATE TRIGGER cell_insert AFTER INSERT ON handoff WHEN new.at_submitted IS NOT NULL BEGIN
    INSERT INTO cell_change SELECT NULL,
        new.m_day, new.m_from_day, new.kind, coalesce(new.assignee, ''), new.source, new.tier,
        coalesce(new.segment, ''), 1, new.on_tal, new.m_assigned, new.m_accepted, new.m_waiting, new.m_touched,
        new.m_worked, new.m_fast, new.m_answered, new.m_responded, new.m_soon, new.m_converted, new.m_won, new.m_held,
        new.m_activated, new.m_returned, new.m_rejected, new.m_complete, coalesce(new.completeness, 0), new.m_rated,
        coalesce(new.rating, 0), new.m_recycled, new.m_reborn, new.n_incomplete, new.n_recycled, new.n_overridden,
        new.n_escalated;
END;
CREATE TRIGGER cell_delete AFTER DELETE ON handoff WHEN old.at_submitted IS NOT NULL BEGIN
    INSERT INTO cell_change SELECT NULL,
        old.m_day, old.m_from_day, old.kind, coalesce(old.assignee, ''), old.source, old.tier,
        coalesce(old.segment, ''), -1, -old.on_tal, -old.m_assigned, -old.m_accepted, -old.m_waiting, -old.m_touched,
        -old.m_worked, -old.m_fast, -old.m_answered, -old.m_responded, -old.m_soon, -old.m_converted, -old.m_won,
        -old.m_held, -old.m_activated, -old.m_returned, -old.m_rejected, -old.m_complete,
        -coalesce(old.completeness, 0), -old.m_rated, -coalesce(old.rating, 0), -old.m_recycled, -old.m_reborn,
        -old.n_incomplete, -old.n_recycled, -old.n_overridden, -old.n_escalated;
END;
CREATE TRIGGER cell_update AFTER UPDATE OF at_submitted, at_assigned, at_accepted, at_first_touch,
    at_responded, at_held, at_opportunity,
    at_returned, at_activated, stage, code, class, outcome_at, kind, source, tier, segment, assignee, on_tal, completeness,
    rating, n_incomplete, n_recycled, n_overridden, n_escalated, n_reborn ON handoff
WHEN old.at_submitted IS NOT NULL OR new.at_submitted IS NOT NULL BEGIN
    -- Where a handoff stays in its cells, mostly, only the difference counts.
    INSERT INTO cell_change SELECT NULL,
        new.m_day, new.m_from_day, new.kind, coalesce(new.assignee, ''), new.source, new.tier,
        coalesce(new.segment, ''), 0, new.on_tal - old.on_tal, new.m_assigned - old.m_assigned,
        new.m_accepted - old.m_accepted, new.m_waiting - old.m_waiting, new.m_touched - old.m_touched,
        new.m_worked - old.m_worked, new.m_fast - old.m_fast, new.m_answered - old.m_answered,
        new.m_responded - old.m_responded, new.m_soon - old.m_soon, new.m_converted - old.m_converted,
        new.m_won - old.m_won, new.m_held - old.m_held, new.m_activated - old.m_activated,
        new.m_returned - old.m_returned, new.m_rejected - old.m_rejected, new.m_complete - old.m_complete,
        coalesce(new.completeness, 0) - coalesce(old.completeness, 0), new.m_rated - old.m_rated,
        coalesce(new.rating, 0) - coalesce(old.rating, 0), new.m_recycled - old.m_recycled,
        new.m_reborn - old.m_reborn, new.n_incomplete - old.n_incomplete, new.n_recycled - old.n_recycled,
        new.n_overridden - old.n_overridden, new.n_escalated - old.n_escalated
        WHERE new.at_submitted IS NOT NULL AND old.at_submitted IS NOT NULL
            AND (new.m_day, new.m_from_day, new.kind, new.assignee, new.source, new.tier, new.segment)
                IS (old.m_day, old.m_from_day, old.kind, old.assignee, old.source, old.tier, old.segment)
            AND (new.on_tal, new.m_assigned, new.m_accepted, new.m_waiting, new.m_touched, new.m_worked, new.m_fast,
                new.m_answered, new.m_responded, new.m_soon, new.m_converted, new.m_won, new.m_held, new.m_activated,
                new.m_returned, new.m_rejected, new.m_complete, coalesce(new.completeness, 0), new.m_rated,
                coalesce(new.rating, 0), new.m_recycled, new.m_reborn, new.n_incomplete, new.n_recycled,
                new.n_overridden, new.n_escalated)
            IS NOT (old.on_tal, old.m_assigned, old.m_accepted, old.m_waiting, old.m_touched, old.m_worked, old.m_fast,
                old.m_answered, old.m_responded, old.m_soon, old.m_converted, old.m_won, old.m_held, old.m_activated,
                old.m_returned, old.m_rejected, old.m_complete, coalesce(old.completeness, 0), old.m_rated,
                coalesce(old.rating, 0), old.m_recycled, old.m_reborn, old.n_incomplete, old.n_recycled,
                old.n_overridden, old.n_escalated);
    INSERT INTO cell_change SELECT NULL,
        old.m_day, old.m_from_day, old.kind, coalesce(old.assignee, ''), old.source, old.tier,
        coalesce(old.segment, ''), -1, -old.on_tal, -old.m_assigned, -old.m_accepted, -old.m_waiting, -old.m_touched,
        -old.m_worked, -old.m_fast, -old.m_answered, -old.m_responded, -old.m_soon, -old.m_converted, -old.m_won,
        -old.m_held, -old.m_activated, -old.m_returned, -old.m_rejected, -old.m_complete,
        -coalesce(old.completeness, 0), -old.m_rated, -coalesce(old.rating, 0), -old.m_recycled, -old.m_reborn,
        -old.n_incomplete, -old.n_recycled, -old.n_overridden, -old.n_escalated
        WHERE old.at_submitted IS NOT NULL AND NOT (new.at_submitted IS NOT NULL AND old.at_submitted IS NOT NULL
            AND (new.m_day, new.m_from_day, new.kind, new.assignee, new.source, new.tier, new.segment)
                IS (old.m_day, old.m_from_day, old.kind, old.assignee, old.source, old.tier, old.segment));
    INSERT INTO cell_change SELECT NULL,
        new.m_day, new.m_from_day, new.kind, coalesce(new.assignee, ''), new.source, new.tier,
        coalesce(new.segment, ''), 1, new.on_tal, new.m_assigned, new.m_accepted, new.m_waiting, new.m_touched,
        new.m_worked, new.m_fast, new.m_answered, new.m_responded, new.m_soon, new.m_converted, new.m_won, new.m_held,
        new.m_activated, new.m_returned, new.m_rejected, new.m_complete, coalesce(new.completeness, 0), new.m_rated,
        coalesce(new.rating, 0), new.m_recycled, new.m_reborn, new.n_incomplete, new.n_recycled, new.n_overridden,
        new.n_escalated
        WHERE new.at_submitted IS NOT NULL AND NOT (new.at_submitted IS NOT NULL AND old.at_submitted IS NOT NULL
            AND (new.m_day, new.m_from_day, new.kind, new.assignee, new.source, new.tier, new.segment)
                IS (old.m_day, old.m_from_day, old.kind, old.assignee, old.source, old.tier, old.segment));
END;
CREATE TRIGGER cell_answer_insert AFTER INSERT ON handoff
WHEN new.at_submitted IS NOT NULL AND new.at_responded IS NOT NULL BEGIN
    INSERT INTO cell_answer
        SELECT s.slice, new.m_day, s.value, new.kind, new.at_responded / 86400000, 1, new.m_followed
        FROM (SELECT 'all' AS slice, '' AS value UNION ALL SELECT 'person', coalesce(new.assignee, '')
                UNION ALL SELECT 'source', new.source UNION ALL SELECT 'tier', new.tier
                UNION ALL SELECT 'segment', coalesce(new.segment, '')) AS s
        WHERE new.at_submitted IS NOT NULL AND new.at_responded IS NOT NULL
        ON CONFLICT DO UPDATE SET n = n + excluded.n, followed = followed + excluded.followed;
END;
CREATE TRIGGER cell_answer_delete AFTER DELETE ON handoff
WHEN old.at_submitted IS NOT NULL AND old.at_responded IS NOT NULL BEGIN
    INSERT INTO cell_answer
        SELECT s.slice, old.m_day, s.value, old.kind, old.at_responded / 86400000, -1, -old.m_followed
        FROM (SELECT 'all' AS slice, '' AS value UNION ALL SELECT 'person', coalesce(old.assignee, '')
                UNION ALL SELECT 'source', old.source UNION ALL SELECT 'tier', old.tier
                UNION ALL SELECT 'segment', coalesce(old.segment, '')) AS s
        WHERE old.at_submitted IS NOT NULL AND old.at_responded IS NOT NULL
        ON CONFLICT DO UPDATE SET n = n + excluded.n, followed = followed + excluded.followed;
    DELETE FROM cell_answer WHERE n = 0 AND (slice, day, value, kind, answered_day) IN (
        SELECT s.slice, old.m_day, s.value, old.kind, old.at_responded / 86400000
        FROM (SELECT 'all' AS slice, '' AS value UNION ALL SELECT 'person', coalesce(old.assignee, '')
                UNION ALL SELECT 'source', old.source UNION ALL SELECT 'tier', old.tier
                UNION ALL SELECT 'segment', coalesce(old.segment, '')) AS s);
END;
CREATE TRIGGER cell_answer_update AFTER UPDATE OF at_submitted, at_responded, at_opportunity, kind, source, tier,
    segment, assignee ON handoff
WHEN (old.at_submitted IS NOT NULL AND old.at_responded IS NOT NULL)
    OR (new.at_submitted IS NOT NULL AND new.at_responded IS NOT NULL) BEGIN
    INSERT INTO cell_answer
        SELECT s.slice, old.m_day, s.value, old.kind, old.at_responded / 86400000, -1, -old.m_followed
        FROM (SELECT 'all' AS slice, '' AS value UNION ALL SELECT 'person', coalesce(old.assignee, '')
                UNION ALL SELECT 'source', old.source UNION ALL SELECT 'tier', old.tier
                UNION ALL SELECT 'segment', coalesce(old.segment, '')) AS s
        WHERE old.at_submitted IS NOT NULL AND old.at_responded IS NOT NULL
        ON CONFLICT DO UPDATE SET n = n + excluded.n, followed = followed + excluded.followed;
    INSERT INTO cell_answer
        SELECT s.slice, new.m_day, s.value, new.kind, new.at_responded / 86400000, 1, new.m_followed
        FROM (SELECT 'all' AS slice, '' AS value UNION ALL SELECT 'person', coalesce(new.assignee, '')
                UNION ALL SELECT 'source', new.source UNION ALL SELECT 'tier', new.tier
                UNION ALL SELECT 'segment', coalesce(new.segment, '')) AS s
        WHERE new.at_submitted IS NOT NULL AND new.at_responded IS NOT NULL
        ON CONFLICT DO UPDATE SET n = n + excluded.n, followed = followed + excluded.followed;
    DELETE FROM cell_answer WHERE n = 0 AND (slice, day, value, kind, answered_day) IN (
        SELECT s.slice, old.m_day, s.value, old.kind, old.at_responded / 86400000
        FROM (SELECT 'all' AS slice, '' AS value UNION ALL SELECT 'person', coalesce(old.assignee, '')
                UNION ALL SELECT 'source', old.source UNION ALL SELECT 'tier', old.tier
                UNION ALL SELECT 'segment', coalesce(old.segment, '')) AS s);
END;
CREATE TRIGGER cell_step_insert AFTER INSERT ON handoff
WHEN new.at_submitted IS NOT NULL AND new.m_step IS NOT NULL BEGIN
    INSERT INTO cell_step
        SELECT s.slice, new.m_day, s.value, new.kind, new.m_step, 1
        FROM (SELECT 'all' AS slice, '' AS value UNION ALL SELECT 'person', coalesce(new.assignee, '')
                UNION ALL SELECT 'source', new.source UNION ALL SELECT 'tier', new.tier
                UNION ALL SELECT 'segment', coalesce(new.segment, '')) AS s
        WHERE new.at_submitted IS NOT NULL AND new.m_step IS NOT NULL
        ON CONFLICT DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER cell_step_delete AFTER DELETE ON handoff
WHEN old.at_submitted IS NOT NULL AND old.m_step IS NOT NULL BEGIN
    INSERT INTO cell_step
        SELECT s.slice, old.m_day, s.value, old.kind, old.m_step, -1
        FROM (SELECT 'all' AS slice, '' AS value UNION ALL SELECT 'person', coalesce(old.assignee, '')
                UNION ALL SELECT 'source', old.source UNION ALL SELECT 'tier', old.tier
                UNION ALL SELECT 'segment', coalesce(old.segment, '')) AS s
        WHERE old.at_submitted IS NOT NULL AND old.m_step IS NOT NULL
        ON CONFLICT DO UPDATE SET n = n + excluded.n;
    DELETE FROM cell_step WHERE n = 0 AND (slice, day, value, kind, step) IN (
        SELECT s.slice, old.m_day, s.value, old.kind, old.m_step
        FROM (SELECT 'all' AS slice, '' AS value UNION ALL SELECT 'person', coalesce(old.assignee, '')
                UNION ALL SELECT 'source', old.source UNION ALL SELECT 'tier', old.tier
                UNION ALL SELECT 'segment', coalesce(old.segment, '')) AS s);
END;
CREATE TRIGGER cell_step_update AFTER UPDATE OF at_submitted, at_assigned, at_first_touch, kind, source, tier,
    segment, assignee ON handoff
WHEN (old.at_submitted IS NOT NULL AND old.m_step IS NOT NULL)
    OR (new.at_submitted IS NOT NULL AND new.m_step IS NOT NULL) BEGIN
    INSERT INTO cell_step
        SELECT s.slice, old.m_day, s.value, old.kind, old.m_step, -1
        FROM (SELECT 'all' AS slice, '' AS value UNION ALL SELECT 'person', coalesce(old.assignee, '')
                UNION ALL SELECT 'source', old.source UNION ALL SELECT 'tier', old.tier
                UNION ALL SELECT 'segment', coalesce(old.segment, '')) AS s
        WHERE old.at_submitted IS NOT NULL AND old.m_step IS NOT NULL
        ON CONFLICT DO UPDATE SET n = n + excluded.n;
    INSERT INTO cell_step
        SELECT s.slice, new.m_day, s.value, new.kind, new.m_step, 1
        FROM (SELECT 'all' AS slice, '' AS value UNION ALL SELECT 'person', coalesce(new.assignee, '')
                UNION ALL SELECT 'source', new.source UNION ALL SELECT 'tier', new.tier
                UNION ALL SELECT 'segment', coalesce(new.segment, '')) AS s
        WHERE new.at_submitted IS NOT NULL AND new.m_step IS NOT NULL
        ON CONFLICT DO UPDATE SET n = n + excluded.n;
    DELETE FROM cell_step WHERE n = 0 AND (slice, day, value, kind, step) IN (
        SELECT s.slice, old.m_day, s.value, old.kind, old.m_step
        FROM (SELECT 'all' AS slice, '' AS value UNION ALL SELECT 'person', coalesce(old.assignee, '')
                UNION ALL SELECT 'source', old.source UNION ALL SELECT 'tier', old.tier
                UNION ALL SELECT 'segment', coalesce(old.segment, '')) AS s);
END;
CREATE TRIGGER cell_heard_insert AFTER INSERT ON handoff WHEN new.m_heard IS NOT NULL BEGIN
    INSERT INTO cell_heard
        SELECT s.slice, s.value, new.kind, new.m_heard / 86400000, 1, new.m_reported
        FROM (SELECT 'all' AS slice, '' AS value UNION ALL SELECT 'person', coalesce(new.assignee, '')
                UNION ALL SELECT 'source', new.source UNION ALL SELECT 'tier', new.tier
                UNION ALL SELECT 'segment', coalesce(new.segment, '')) AS s
        WHERE new.m_heard IS NOT NULL
        ON CONFLICT DO UPDATE SET n = n + excluded.n, reported = reported + excluded.reported;
END;
CREATE TRIGGER cell_heard_delete AFTER DELETE ON handoff WHEN old.m_heard IS NOT NULL BEGIN
    INSERT INTO cell_heard
        SELECT s.slice, s.value, old.kind, old.m_heard / 86400000, -1, -old.m_reported
        FROM (SELECT 'all' AS slice, '' AS value UNION ALL SELECT 'person', coalesce(old.assignee, '')
                UNION ALL SELECT 'source', old.source UNION ALL SELECT 'tier', old.tier
                UNION ALL SELECT 'segment', coalesce(old.segment, '')) AS s
        WHERE old.m_heard IS NOT NULL
        ON CONFLICT DO UPDATE SET n = n + excluded.n, reported = reported + excluded.reported;
    DELETE FROM cell_heard WHERE n = 0 AND (slice, value, kind, day) IN (
        SELECT s.slice, s.value, old.kind, old.m_heard / 86400000
        FROM (SELECT 'all' AS slice, '' AS value UNION ALL SELECT 'person', coalesce(old.assignee, '')
                UNION ALL SELECT 'source', old.source UNION ALL SELECT 'tier', old.tier
                UNION ALL SELECT 'segment', coalesce(old.segment, '')) AS s);
END;
CREATE TRIGGER cell_heard_update AFTER UPDATE OF stage, at_reported, at_accepted, at_given, at_assigned, kind, source, tier,
    segment, assignee ON handoff
WHEN old.m_heard IS NOT NULL OR new.m_heard IS NOT NULL BEGIN
    INSERT INTO cell_heard
        SELECT s.slice, s.value, old.kind, old.m_heard / 86400000, -1, -old.m_reported
        FROM (SELECT 'all' AS slice, '' AS value UNION ALL SELECT 'person', coalesce(old.assignee, '')
                UNION ALL SELECT 'source', old.source UNION ALL SELECT 'tier', old.tier
                UNION ALL SELECT 'segment', coalesce(old.segment, '')) AS s
        WHERE old.m_heard IS NOT NULL
        ON CONFLICT DO UPDATE SET n = n + excluded.n, reported = reported + excluded.reported;
    INSERT INTO cell_heard
        SELECT s.slice, s.value, new.kind, new.m_heard / 86400000, 1, new.m_reported
        FROM (SELECT 'all' AS slice, '' AS value UNION ALL SELECT 'person', coalesce(new.assignee, '')
                UNION ALL SELECT 'source', new.source UNION ALL SELECT 'tier', new.tier
                UNION ALL SELECT 'segment', coalesce(new.segment, '')) AS s
        WHERE new.m_heard IS NOT NULL
        ON CONFLICT DO UPDATE SET n = n + excluded.n, reported = reported + excluded.reported;
    DELETE FROM cell_heard WHERE n = 0 AND (slice, value, kind, day) IN (
        SELECT s.slice, s.value, old.kind, old.m_heard / 86400000
        FROM (SELECT 'all' AS slice, '' AS value UNION ALL SELECT 'person', coalesce(old.assignee, '')
                UNION ALL SELECT 'source', old.source UNION ALL SELECT 'tier', old.tier
                UNION ALL SELECT 'segment', coalesce(old.segment, '')) AS s);
END;
-- A clock counts with what its handoff is; where that changes, its clocks are counted again.
CREATE TRIGGER cell_clock_insert AFTER INSERT ON clock WHEN new.end_to_end = 0 AND new.state <> 'cancelled' BEGIN
    INSERT INTO cell_clock_change
        SELECT NULL, h.m_day, h.kind, new.name, coalesce(new.owes_person, ''), h.source, h.tier,
            coalesce(h.segment, ''),
            (new.state = 'met'),
            (new.state IN ('met_late', 'breached') OR (new.state = 'running' AND new.due <= o.until)),
            (new.state = 'paused' OR (new.state = 'running' AND new.due > o.until))
        FROM handoff AS h, overdue AS o WHERE h.id = new.handoff AND h.at_submitted IS NOT NULL;
END;
CREATE TRIGGER cell_clock_delete AFTER DELETE ON clock WHEN old.end_to_end = 0 AND old.state <> 'cancelled' BEGIN
    INSERT INTO cell_clock_change
        SELECT NULL, h.m_day, h.kind, old.name, coalesce(old.owes_person, ''), h.source, h.tier,
            coalesce(h.segment, ''),
            -(old.state = 'met'),
            -(old.state IN ('met_late', 'breached') OR (old.state = 'running' AND old.due <= o.until)),
            -(old.state = 'paused' OR (old.state = 'running' AND old.due > o.until))
        FROM handoff AS h, overdue AS o WHERE h.id = old.handoff AND h.at_submitted IS NOT NULL;
END;
CREATE TRIGGER cell_clock_update AFTER UPDATE OF owes_person, due, state ON clock
WHEN old.state <> new.state OR old.due <> new.due OR old.owes_person IS NOT new.owes_person BEGIN
    INSERT INTO cell_clock_change
        SELECT NULL, h.m_day, h.kind, old.name, coalesce(old.owes_person, ''), h.source, h.tier,
            coalesce(h.segment, ''),
            -(old.state = 'met'),
            -(old.state IN ('met_late', 'breached') OR (old.state = 'running' AND old.due <= o.until)),
            -(old.state = 'paused' OR (old.state = 'running' AND old.due > o.until))
        FROM handoff AS h, overdue AS o WHERE h.id = old.handoff AND h.at_submitted IS NOT NULL AND old.end_to_end = 0 AND old.state <> 'cancelled';
    INSERT INTO cell_clock_change
        SELECT NULL, h.m_day, h.kind, new.name, coalesce(new.owes_person, ''), h.source, h.tier,
            coalesce(h.segment, ''),
            (new.state = 'met'),
            (new.state IN ('met_late', 'breached') OR (new.state = 'running' AND new.due <= o.until)),
            (new.state = 'paused' OR (new.state = 'running' AND new.due > o.until))
        FROM handoff AS h, overdue AS o WHERE h.id = new.handoff AND h.at_submitted IS NOT NULL AND new.end_to_end = 0 AND new.state <> 'cancelled';
END;
CREATE TRIGGER cell_clock_gone BEFORE DELETE ON handoff BEGIN
    DELETE FROM clock WHERE handoff = old.id;
END;
CREATE TRIGGER cell_clock_handoff AFTER UPDATE OF at_submitted, kind, source, tier, segment ON handoff
WHEN old.m_day IS NOT new.m_day OR old.kind <> new.kind OR old.source <> new.source OR old.tier <> new.tier
     OR old.segment IS NOT new.segment BEGIN
    INSERT INTO cell_clock_change
        SELECT NULL, old.m_day, old.kind, c.name, coalesce(c.owes_person, ''), old.source, old.tier,
            coalesce(old.segment, ''),
            -(c.state = 'met'),
            -(c.state IN ('met_late', 'breached') OR (c.state = 'running' AND c.due <= o.until)),
            -(c.state = 'paused' OR (c.state = 'running' AND c.due > o.until))
        FROM clock AS c, overdue AS o WHERE c.handoff = old.id AND old.at_submitted IS NOT NULL AND c.end_to_end = 0 AND c.state <> 'cancelled';
    INSERT INTO cell_clock_change
        SELECT NULL, new.m_day, new.kind, c.name, coalesce(c.owes_person, ''), new.source, new.tier,
            coalesce(new.segment, ''),
            (c.state = 'met'),
            (c.state IN ('met_late', 'breached') OR (c.state = 'running' AND c.due <= o.until)),
            (c.state = 'paused' OR (c.state = 'running' AND c.due > o.until))
        FROM clock AS c, overdue AS o WHERE c.handoff = new.id AND new.at_submitted IS NOT NULL AND c.end_to_end = 0 AND c.state <> 'cancelled';
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
