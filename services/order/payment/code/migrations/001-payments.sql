CREATE TABLE payments (
    -- One payment an order: what makes a second charge impossible.
    order_id text PRIMARY KEY,
    payment_id text NOT NULL UNIQUE,
    status text NOT NULL CHECK (status IN ('pending', 'captured', 'declined', 'refunding', 'refunded')),
    value integer NOT NULL CHECK (value >= 0),
    currency text NOT NULL,
    reason text,
    changed_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX payments_unfinished ON payments (changed_at) WHERE status IN ('pending', 'refunding');

CREATE TABLE outbox (
    event_id text PRIMARY KEY,
    channel text NOT NULL,
    detail jsonb NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz
);

CREATE INDEX outbox_waiting ON outbox (made_at) WHERE sent_at IS NULL;
