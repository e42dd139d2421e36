CREATE TABLE preferences (
    id text PRIMARY KEY,
    language text NOT NULL DEFAULT 'en',
    order_mail boolean NOT NULL DEFAULT true
);
