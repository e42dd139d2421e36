CREATE TABLE stock (
    sku text PRIMARY KEY,
    on_hand integer NOT NULL CHECK (on_hand >= 0),
    reserved integer NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    -- What is reserved is there: no code can sell more than there is.
    CHECK (reserved <= on_hand)
);

CREATE TABLE reservations (
    order_id text PRIMARY KEY,
    reservation_id text NOT NULL UNIQUE,
    status text NOT NULL CHECK (status IN ('held', 'expired', 'confirmed', 'released')),
    expires_at timestamptz NOT NULL
);

CREATE INDEX reservations_to_expire ON reservations (expires_at) WHERE status = 'held';

CREATE TABLE reservation_items (
    order_id text NOT NULL REFERENCES reservations,
    sku text NOT NULL REFERENCES stock,
    count integer NOT NULL CHECK (count > 0),
    PRIMARY KEY (order_id, sku)
);
