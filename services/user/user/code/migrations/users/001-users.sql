CREATE TABLE users (
    id text PRIMARY KEY,
    email text NOT NULL,
    name text NOT NULL,
    registered_at timestamptz NOT NULL DEFAULT now()
);

-- One person an address, however it is written.
CREATE UNIQUE INDEX users_email ON users (lower(email));

CREATE TABLE notices (
    event_id text PRIMARY KEY,
    user_id text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz
);

CREATE TABLE activities (
    event_id text PRIMARY KEY,
    user_id text NOT NULL,
    kind text NOT NULL,
    severity text NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE registrations (
    user_id text PRIMARY KEY,
    day date NOT NULL
);

CREATE INDEX registrations_day ON registrations (day);

CREATE TABLE outbox (
    event_id text PRIMARY KEY,
    channel text NOT NULL,
    detail jsonb NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz
);

CREATE INDEX outbox_waiting ON outbox (made_at) WHERE sent_at IS NULL;
