// Customers of the shop, for k6: `k6 run shop.js`
import http from 'k6/http';
import { check, group, sleep } from 'k6';
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';

const BASE = 'https://staging.example';
const customers = new SharedArray('customers', () =>
  open('customers.csv').trim().split('\n').slice(1).map((line) => line.split(',')));

export const options = {
  scenarios: {
    shoppers: {
      executor: 'ramping-arrival-rate',
      startRate: 1,
      timeUnit: '1s',
      preAllocatedVUs: 50,
      maxVUs: 200,
      stages: [
        { target: 8, duration: '30s' },
        { target: 8, duration: '1m' },
        { target: 0, duration: '30s' },
      ],
    },
    visitors: { executor: 'constant-arrival-rate', rate: 5, timeUnit: '1s', duration: '2m', preAllocatedVUs: 20, exec: 'look' },
  },
  thresholds: {
    'http_req_duration{api:yes}': ['p(95)<500'],
    http_req_failed: [{ threshold: 'rate<0.01', abortOnFail: true }],
    checks: ['rate>0.99'],
  },
};

const CSRF = /name="csrf" value="([^"]+)"/;

export default function () {
  const [user, password] = customers[exec.scenario.iterationInTest % customers.length];
  let bearer;
  group('account', () => {
    let csrf = http.get(`${BASE}/log-on`).body.match(CSRF)[1];
    const account = http.post(`${BASE}/log-on`, { user, password, csrf });
    check(account, { 'is welcome': (r) => /Welcome, \w+/.test(r.body) });
    csrf = account.body.match(CSRF)[1];
    const token = http.post(`${BASE}/api/token`, null, { headers: { 'X-CSRF-Token': csrf }, tags: { api: 'yes' } });
    bearer = { Authorization: `Bearer ${token.json('access.token')}` };
  });
  sleep(1 + Math.random() * 2);
  const added = http.post(`${BASE}/api/basket/4006381333931`, JSON.stringify({ quantity: 2 }), {
    headers: { ...bearer, 'Content-Type': 'application/json' }, tags: { api: 'yes' },
  });
  check(added, { 'is added': (r) => r.status === 201 && r.json('ok') === true });
  const order = http.get(`${BASE}/api/orders/${added.json('order.id')}`, { headers: bearer, tags: { api: 'yes' } });
  check(order, { 'is the order': (r) => r.json('id') === added.json('order.id') });
}

export function look() {
  http.get(`${BASE}/log-on`);
}
