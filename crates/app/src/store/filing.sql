-- Filing: a task goes to schools, each answers one form. Rows of task, filing_step,
-- filing_correction and reminder are never changed.
ALTER TABLE account ADD COLUMN phone TEXT NOT NULL DEFAULT '';
CREATE TABLE task (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES org (id),
    title TEXT NOT NULL,
    form TEXT NOT NULL,
    school_year TEXT NOT NULL,
    as_of TEXT NOT NULL,
    deadline BIGINT NOT NULL,
    base_snapshot TEXT NOT NULL REFERENCES snapshot (id),
    created_by TEXT NOT NULL REFERENCES account (id),
    created_at BIGINT NOT NULL
);
CREATE TABLE filing (
    id TEXT PRIMARY KEY,
    task_id TEXT NOT NULL REFERENCES task (id),
    org_id TEXT NOT NULL REFERENCES org (id),
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    asked BIGINT NOT NULL,
    submitted_by TEXT NOT NULL,
    submitted_at BIGINT,
    changed_at BIGINT NOT NULL,
    UNIQUE (task_id, org_id)
);
CREATE TABLE filing_value (
    filing_id TEXT NOT NULL REFERENCES filing (id),
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    version BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    PRIMARY KEY (filing_id, key)
);
CREATE TABLE filing_step (
    filing_id TEXT NOT NULL REFERENCES filing (id),
    seq BIGINT NOT NULL,
    step TEXT NOT NULL,
    reason TEXT NOT NULL,
    name TEXT NOT NULL,
    at BIGINT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES original (sha256),
    PRIMARY KEY (filing_id, seq)
);
CREATE TABLE filing_correction (
    filing_id TEXT NOT NULL REFERENCES filing (id),
    seq BIGINT NOT NULL,
    key TEXT NOT NULL,
    old_value TEXT NOT NULL,
    new_value TEXT NOT NULL,
    PRIMARY KEY (filing_id, seq, key)
);
CREATE TABLE reminder (
    task_id TEXT NOT NULL REFERENCES task (id),
    org_id TEXT NOT NULL REFERENCES org (id),
    at BIGINT NOT NULL,
    name TEXT NOT NULL
);
CREATE INDEX org_parent ON org (parent_id);
CREATE INDEX account_org ON account (org_id);
CREATE INDEX reminder_of ON reminder (org_id, task_id);
