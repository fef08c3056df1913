-- The shop's tables, filled with made-up goods and customers.
CREATE TABLE products (
    id serial PRIMARY KEY, name text NOT NULL, category text NOT NULL, price numeric(8, 2) NOT NULL,
    stock integer NOT NULL
);
CREATE TABLE customers (id serial PRIMARY KEY, email text NOT NULL UNIQUE, password text NOT NULL);
CREATE TABLE orders (
    id serial PRIMARY KEY, customer_id integer NOT NULL REFERENCES customers, product_id integer NOT NULL
    REFERENCES products, quantity integer NOT NULL, total numeric(12, 2) NOT NULL,
    state text NOT NULL DEFAULT 'placed', created timestamptz NOT NULL DEFAULT now()
);
INSERT INTO products (name, category, price, stock)
SELECT (ARRAY['copper', 'oak', 'glass', 'linen', 'steel', 'paper'])[1 + n % 6] || ' '
    || (ARRAY['lamp', 'table', 'bowl', 'shelf', 'clock', 'frame', 'basket'])[1 + n % 7] || ' no. ' || n,
    (ARRAY['kitchen', 'office', 'garden', 'bedroom'])[1 + n % 4], 4 + (n * 7919 % 9500) / 100.0, 40 + n * 31 % 400
FROM generate_series(1, 30000) AS n;
INSERT INTO customers (email, password)
SELECT 'customer' || n || '@example.org', md5('secret' || n) FROM generate_series(1, 600) AS n;
ANALYZE;
