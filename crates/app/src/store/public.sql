-- Plans as data sets, settings, and what the county makes public. Rows of derivation, publication and
-- comment are never changed; a publication is withdrawn by a row of its own.
CREATE TABLE derivation (
    snapshot_id TEXT PRIMARY KEY REFERENCES snapshot (id),
    parent_id TEXT NOT NULL REFERENCES snapshot (id),
    step TEXT NOT NULL
);
CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE publication (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    snapshot_id TEXT NOT NULL REFERENCES snapshot (id),
    stage TEXT NOT NULL,
    title TEXT NOT NULL,
    note TEXT NOT NULL,
    decided_on TEXT NOT NULL,
    comments_until TEXT NOT NULL,
    published_by TEXT NOT NULL REFERENCES account (id),
    published_at BIGINT NOT NULL
);
CREATE TABLE withdrawal (
    publication_id TEXT PRIMARY KEY REFERENCES publication (id),
    withdrawn_by TEXT NOT NULL REFERENCES account (id),
    withdrawn_at BIGINT NOT NULL
);
CREATE TABLE comment (
    id TEXT PRIMARY KEY,
    publication_id TEXT NOT NULL REFERENCES publication (id),
    name TEXT NOT NULL,
    content TEXT NOT NULL,
    at BIGINT NOT NULL
);
