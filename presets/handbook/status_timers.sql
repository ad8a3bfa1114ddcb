-- What follows on silence, by the date on which a ticket came into the status: rows with effective dates (DOMAIN 0.4 C2, 3.7). Rows that are there
-- already stay as the desk has them.
--
-- Until 2022-10-26 a solved ticket closed after 16 business hours, and nothing solved a pending one by itself. From then on: pending becomes solved after
-- 48 business hours of the customer's silence, and solved becomes closed 72 elapsed hours later.

-- name: status_timers_preset :exec
INSERT INTO status_timer (from_status, to_status, after_us, basis, valid_from, valid_to, reading, source) VALUES
  ('solved', 'closed', 57600000000, 'business', '1970-01-01', '2022-10-26', '16 business hours after Solved', 'tools page of 2021-03; workflow page of 2021-09'),
  ('solved', 'closed', 259200000000, 'elapsed', '2022-10-26', NULL, '72 hours after Solved', 'workflow page from 2022-10-26'),
  ('pending', 'solved', 172800000000, 'business', '2022-10-26', NULL, '48 business hours without a word from the customer', 'workflow page from 2022-10-26')
ON CONFLICT (from_status, valid_from) DO NOTHING;
