import Database from 'better-sqlite3';

export interface Shop {
  readonly customers: number;
  readonly orders: number;
  /** The one order whose code is longer than eight characters. */
  readonly longOrder: string;
  readonly longCode: string;
}

/** A small shop as people have it: a foreign key, money as REAL, dates as text, one code longer than the others. */
export function makeShop(path: string): Shop {
  const shop: Shop = { customers: 40, orders: 300, longOrder: '217', longCode: 'ORD-0217-RETURNED' };
  const db = new Database(path);
  try {
    db.exec(`
      CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, since TEXT, credit REAL);
      CREATE TABLE orders (
        id INTEGER PRIMARY KEY,
        customer_id INTEGER NOT NULL REFERENCES customers (id),
        code TEXT NOT NULL UNIQUE,
        placed TEXT NOT NULL,
        note TEXT
      );
      CREATE INDEX orders_customer ON orders (customer_id);
      CREATE VIEW order_counts AS SELECT customer_id, count(*) AS orders FROM orders GROUP BY customer_id;
    `);
    const customer = db.prepare('INSERT INTO customers VALUES (?, ?, ?, ?)');
    const order = db.prepare('INSERT INTO orders VALUES (?, ?, ?, ?, ?)');
    db.transaction(() => {
      for (let id = 1; id <= shop.customers; id += 1) customer.run(id, `Customer ${id}`, `2024-0${1 + (id % 9)}-15`, id * 12.5);
      for (let id = 1; id <= shop.orders; id += 1) {
        const code = String(id) === shop.longOrder ? shop.longCode : `ORD-${String(id).padStart(4, '0')}`;
        order.run(id, 1 + (id % shop.customers), code, `2025-03-${String(1 + (id % 28)).padStart(2, '0')} 10:00:00`, id % 3 === 0 ? null : `note ${id} `);
      }
    })();
  } finally {
    db.close();
  }
  return shop;
}
