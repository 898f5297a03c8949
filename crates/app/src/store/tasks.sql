-- What became of a task: a later deadline, or withdrawn. Rows are never changed; the newest stands.
CREATE TABLE task_change (
    task_id TEXT NOT NULL REFERENCES task (id),
    seq BIGINT NOT NULL,
    deadline BIGINT NOT NULL,
    closed BIGINT NOT NULL,
    reason TEXT NOT NULL,
    name TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (task_id, seq)
);
