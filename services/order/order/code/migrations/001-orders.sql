CREATE TABLE products (
    sku text PRIMARY KEY,
    price integer NOT NULL CHECK (price > 0),
    currency text NOT NULL
);

CREATE TABLE orders (
    order_id uuid PRIMARY KEY,
    customer_id text NOT NULL,
    items jsonb NOT NULL,
    value integer NOT NULL CHECK (value > 0),
    currency text NOT NULL,
    size text NOT NULL CHECK (size IN ('small', 'large')),
    payment_method text,
    status text NOT NULL CHECK (status IN ('placed', 'validated', 'waiting-for-approval', 'fulfilled', 'rejected')),
    reason text,
    -- With what the workflow that waits for a decision is answered, and what was decided.
    task_token text,
    approved boolean,
    placed_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE outbox (
    event_id text PRIMARY KEY,
    channel text NOT NULL,
    detail jsonb NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz
);

CREATE INDEX outbox_waiting ON outbox (made_at) WHERE sent_at IS NULL;
