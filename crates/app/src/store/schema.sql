-- One text for SQLite and PostgreSQL: TEXT, BIGINT and BYTES (BLOB or BYTEA) only.
-- Times are milliseconds since 1970, UTC. Rows of original, snapshot, snapshot_file, acceptance and
-- audit are never changed.
CREATE TABLE org (
    id TEXT PRIMARY KEY,
    parent_id TEXT REFERENCES org (id),
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL
);
CREATE TABLE account (
    id TEXT PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    org_id TEXT NOT NULL REFERENCES org (id),
    password TEXT NOT NULL,
    must_change BIGINT NOT NULL,
    disabled BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE account_role (
    account_id TEXT NOT NULL REFERENCES account (id),
    role TEXT NOT NULL,
    PRIMARY KEY (account_id, role)
);
CREATE TABLE old_password (
    account_id TEXT NOT NULL REFERENCES account (id),
    password TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    csrf TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);
CREATE TABLE login_failure (
    login TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX login_failure_of ON login_failure (login, at);
CREATE TABLE original (
    sha256 TEXT PRIMARY KEY,
    content BYTES NOT NULL
);
CREATE TABLE snapshot (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES org (id),
    title TEXT NOT NULL,
    digest TEXT NOT NULL,
    created_by TEXT NOT NULL REFERENCES account (id),
    created_at BIGINT NOT NULL
);
CREATE TABLE snapshot_file (
    snapshot_id TEXT NOT NULL REFERENCES snapshot (id),
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES original (sha256),
    PRIMARY KEY (snapshot_id, name)
);
CREATE TABLE acceptance (
    snapshot_id TEXT PRIMARY KEY REFERENCES snapshot (id),
    accepted_by TEXT NOT NULL REFERENCES account (id),
    accepted_at BIGINT NOT NULL
);
CREATE TABLE audit (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    address TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    old_hash TEXT NOT NULL,
    new_hash TEXT NOT NULL,
    result TEXT NOT NULL,
    hash TEXT NOT NULL
);
