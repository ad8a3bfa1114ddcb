-- Tickets by conditions: each statement walks one index, at most :scan rows of it, and filters those. Made alike on purpose: find.c chooses one
-- by the most selective field, and binds the same filter to all. The outputs are what a list can be sorted by.

-- Of one customer, newest first.
-- name: find_by_organisation :many
-- in: before i64, statuses str?, not_statuses str?, assignee i64?, team i64?, organisation i64?, requester i64?, follower i64?, priority str?, severity i64?, kind str?, version str?, deployment str?, older_us i64?, newer_us i64?, late_us i64?, tag str?, tag2 str?, not_tag str?, not_tag2 str?, scan i64, max i64
-- out: id i64, priority str?, severity i64?, promised_us i64?, waiting_us i64, created_us i64, updated_us i64
SELECT t.id, t.priority, t.severity, t.promised_us, coalesce(t.customer_wrote_us, t.status_since_us) AS waiting_us, t.created_us, t.updated_us
FROM (SELECT id, status, assignee_id, team_id, organisation_id, requester_id, priority, severity, kind, version, deployment, promised_us, customer_wrote_us, status_since_us, created_us, updated_us
  FROM ticket WHERE organisation_id = :organisation AND id < :before ORDER BY id DESC LIMIT :scan) t
WHERE
  (:statuses IS NULL OR :statuses LIKE '%,' || t.status || ',%')
  AND (:not_statuses IS NULL OR NOT (:not_statuses LIKE '%,' || t.status || ',%'))
  AND (:assignee IS NULL OR coalesce(t.assignee_id, 0) = :assignee)
  AND (:team IS NULL OR coalesce(t.team_id, 0) = :team)
  AND (:organisation IS NULL OR t.organisation_id = :organisation)
  AND (:requester IS NULL OR t.requester_id = :requester)
  AND (:follower IS NULL OR EXISTS (SELECT 1 FROM ticket_follower w WHERE w.ticket_id = t.id AND w.teammate_id = :follower AND w.removed_us IS NULL))
  AND (:priority IS NULL OR t.priority = :priority)
  AND (:severity IS NULL OR t.severity = :severity)
  AND (:kind IS NULL OR t.kind = :kind)
  AND (:version IS NULL OR lower(t.version) LIKE :version ESCAPE '\')
  AND (:deployment IS NULL OR lower(t.deployment) LIKE :deployment ESCAPE '\')
  AND (:older_us IS NULL OR t.updated_us < :older_us)
  AND (:newer_us IS NULL OR t.updated_us > :newer_us)
  AND (:late_us IS NULL OR t.promised_us < :late_us)
  AND (:tag IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag AND g.removed_us IS NULL))
  AND (:tag2 IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag2 AND g.removed_us IS NULL))
  AND (:not_tag IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag AND g.removed_us IS NULL))
  AND (:not_tag2 IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag2 AND g.removed_us IS NULL))
ORDER BY t.id DESC LIMIT :max;

-- Of one person, newest first.
-- name: find_by_requester :many
-- in: before i64, statuses str?, not_statuses str?, assignee i64?, team i64?, organisation i64?, requester i64?, follower i64?, priority str?, severity i64?, kind str?, version str?, deployment str?, older_us i64?, newer_us i64?, late_us i64?, tag str?, tag2 str?, not_tag str?, not_tag2 str?, scan i64, max i64
-- out: id i64, priority str?, severity i64?, promised_us i64?, waiting_us i64, created_us i64, updated_us i64
SELECT t.id, t.priority, t.severity, t.promised_us, coalesce(t.customer_wrote_us, t.status_since_us) AS waiting_us, t.created_us, t.updated_us
FROM (SELECT id, status, assignee_id, team_id, organisation_id, requester_id, priority, severity, kind, version, deployment, promised_us, customer_wrote_us, status_since_us, created_us, updated_us
  FROM ticket WHERE requester_id = :requester AND id < :before ORDER BY id DESC LIMIT :scan) t
WHERE
  (:statuses IS NULL OR :statuses LIKE '%,' || t.status || ',%')
  AND (:not_statuses IS NULL OR NOT (:not_statuses LIKE '%,' || t.status || ',%'))
  AND (:assignee IS NULL OR coalesce(t.assignee_id, 0) = :assignee)
  AND (:team IS NULL OR coalesce(t.team_id, 0) = :team)
  AND (:organisation IS NULL OR t.organisation_id = :organisation)
  AND (:requester IS NULL OR t.requester_id = :requester)
  AND (:follower IS NULL OR EXISTS (SELECT 1 FROM ticket_follower w WHERE w.ticket_id = t.id AND w.teammate_id = :follower AND w.removed_us IS NULL))
  AND (:priority IS NULL OR t.priority = :priority)
  AND (:severity IS NULL OR t.severity = :severity)
  AND (:kind IS NULL OR t.kind = :kind)
  AND (:version IS NULL OR lower(t.version) LIKE :version ESCAPE '\')
  AND (:deployment IS NULL OR lower(t.deployment) LIKE :deployment ESCAPE '\')
  AND (:older_us IS NULL OR t.updated_us < :older_us)
  AND (:newer_us IS NULL OR t.updated_us > :newer_us)
  AND (:late_us IS NULL OR t.promised_us < :late_us)
  AND (:tag IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag AND g.removed_us IS NULL))
  AND (:tag2 IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag2 AND g.removed_us IS NULL))
  AND (:not_tag IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag AND g.removed_us IS NULL))
  AND (:not_tag2 IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag2 AND g.removed_us IS NULL))
ORDER BY t.id DESC LIMIT :max;

-- With a tag, newest first.
-- name: find_by_tag :many
-- in: before i64, statuses str?, not_statuses str?, assignee i64?, team i64?, organisation i64?, requester i64?, follower i64?, priority str?, severity i64?, kind str?, version str?, deployment str?, older_us i64?, newer_us i64?, late_us i64?, tag str?, tag2 str?, not_tag str?, not_tag2 str?, scan i64, max i64
-- out: id i64, priority str?, severity i64?, promised_us i64?, waiting_us i64, created_us i64, updated_us i64
SELECT t.id, t.priority, t.severity, t.promised_us, coalesce(t.customer_wrote_us, t.status_since_us) AS waiting_us, t.created_us, t.updated_us
FROM (SELECT id, status, assignee_id, team_id, organisation_id, requester_id, priority, severity, kind, version, deployment, promised_us, customer_wrote_us, status_since_us, created_us, updated_us
  FROM ticket WHERE id IN (SELECT g.ticket_id FROM ticket_tag g WHERE g.tag = :tag AND g.removed_us IS NULL AND g.ticket_id < :before ORDER BY g.ticket_id DESC LIMIT :scan) ORDER BY id DESC LIMIT :scan) t
WHERE
  (:statuses IS NULL OR :statuses LIKE '%,' || t.status || ',%')
  AND (:not_statuses IS NULL OR NOT (:not_statuses LIKE '%,' || t.status || ',%'))
  AND (:assignee IS NULL OR coalesce(t.assignee_id, 0) = :assignee)
  AND (:team IS NULL OR coalesce(t.team_id, 0) = :team)
  AND (:organisation IS NULL OR t.organisation_id = :organisation)
  AND (:requester IS NULL OR t.requester_id = :requester)
  AND (:follower IS NULL OR EXISTS (SELECT 1 FROM ticket_follower w WHERE w.ticket_id = t.id AND w.teammate_id = :follower AND w.removed_us IS NULL))
  AND (:priority IS NULL OR t.priority = :priority)
  AND (:severity IS NULL OR t.severity = :severity)
  AND (:kind IS NULL OR t.kind = :kind)
  AND (:version IS NULL OR lower(t.version) LIKE :version ESCAPE '\')
  AND (:deployment IS NULL OR lower(t.deployment) LIKE :deployment ESCAPE '\')
  AND (:older_us IS NULL OR t.updated_us < :older_us)
  AND (:newer_us IS NULL OR t.updated_us > :newer_us)
  AND (:late_us IS NULL OR t.promised_us < :late_us)
  AND (:tag IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag AND g.removed_us IS NULL))
  AND (:tag2 IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag2 AND g.removed_us IS NULL))
  AND (:not_tag IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag AND g.removed_us IS NULL))
  AND (:not_tag2 IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag2 AND g.removed_us IS NULL))
ORDER BY t.id DESC LIMIT :max;

-- What somebody follows, newest first.
-- name: find_by_follower :many
-- in: before i64, statuses str?, not_statuses str?, assignee i64?, team i64?, organisation i64?, requester i64?, follower i64?, priority str?, severity i64?, kind str?, version str?, deployment str?, older_us i64?, newer_us i64?, late_us i64?, tag str?, tag2 str?, not_tag str?, not_tag2 str?, scan i64, max i64
-- out: id i64, priority str?, severity i64?, promised_us i64?, waiting_us i64, created_us i64, updated_us i64
SELECT t.id, t.priority, t.severity, t.promised_us, coalesce(t.customer_wrote_us, t.status_since_us) AS waiting_us, t.created_us, t.updated_us
FROM (SELECT id, status, assignee_id, team_id, organisation_id, requester_id, priority, severity, kind, version, deployment, promised_us, customer_wrote_us, status_since_us, created_us, updated_us
  FROM ticket WHERE id IN (SELECT w.ticket_id FROM ticket_follower w WHERE w.teammate_id = :follower AND w.removed_us IS NULL AND w.ticket_id < :before ORDER BY w.ticket_id DESC LIMIT :scan) ORDER BY id DESC LIMIT :scan) t
WHERE
  (:statuses IS NULL OR :statuses LIKE '%,' || t.status || ',%')
  AND (:not_statuses IS NULL OR NOT (:not_statuses LIKE '%,' || t.status || ',%'))
  AND (:assignee IS NULL OR coalesce(t.assignee_id, 0) = :assignee)
  AND (:team IS NULL OR coalesce(t.team_id, 0) = :team)
  AND (:organisation IS NULL OR t.organisation_id = :organisation)
  AND (:requester IS NULL OR t.requester_id = :requester)
  AND (:follower IS NULL OR EXISTS (SELECT 1 FROM ticket_follower w WHERE w.ticket_id = t.id AND w.teammate_id = :follower AND w.removed_us IS NULL))
  AND (:priority IS NULL OR t.priority = :priority)
  AND (:severity IS NULL OR t.severity = :severity)
  AND (:kind IS NULL OR t.kind = :kind)
  AND (:version IS NULL OR lower(t.version) LIKE :version ESCAPE '\')
  AND (:deployment IS NULL OR lower(t.deployment) LIKE :deployment ESCAPE '\')
  AND (:older_us IS NULL OR t.updated_us < :older_us)
  AND (:newer_us IS NULL OR t.updated_us > :newer_us)
  AND (:late_us IS NULL OR t.promised_us < :late_us)
  AND (:tag IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag AND g.removed_us IS NULL))
  AND (:tag2 IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag2 AND g.removed_us IS NULL))
  AND (:not_tag IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag AND g.removed_us IS NULL))
  AND (:not_tag2 IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag2 AND g.removed_us IS NULL))
ORDER BY t.id DESC LIMIT :max;

-- What is unsolved, newest first.
-- name: find_unsolved :many
-- in: before i64, statuses str?, not_statuses str?, assignee i64?, team i64?, organisation i64?, requester i64?, follower i64?, priority str?, severity i64?, kind str?, version str?, deployment str?, older_us i64?, newer_us i64?, late_us i64?, tag str?, tag2 str?, not_tag str?, not_tag2 str?, scan i64, max i64
-- out: id i64, priority str?, severity i64?, promised_us i64?, waiting_us i64, created_us i64, updated_us i64
SELECT t.id, t.priority, t.severity, t.promised_us, coalesce(t.customer_wrote_us, t.status_since_us) AS waiting_us, t.created_us, t.updated_us
FROM (SELECT id, status, assignee_id, team_id, organisation_id, requester_id, priority, severity, kind, version, deployment, promised_us, customer_wrote_us, status_since_us, created_us, updated_us
  FROM ticket INDEXED BY ticket_unsolved WHERE status IN ('new', 'open', 'pending', 'on_hold') AND id < :before ORDER BY id DESC LIMIT :scan) t
WHERE
  (:statuses IS NULL OR :statuses LIKE '%,' || t.status || ',%')
  AND (:not_statuses IS NULL OR NOT (:not_statuses LIKE '%,' || t.status || ',%'))
  AND (:assignee IS NULL OR coalesce(t.assignee_id, 0) = :assignee)
  AND (:team IS NULL OR coalesce(t.team_id, 0) = :team)
  AND (:organisation IS NULL OR t.organisation_id = :organisation)
  AND (:requester IS NULL OR t.requester_id = :requester)
  AND (:follower IS NULL OR EXISTS (SELECT 1 FROM ticket_follower w WHERE w.ticket_id = t.id AND w.teammate_id = :follower AND w.removed_us IS NULL))
  AND (:priority IS NULL OR t.priority = :priority)
  AND (:severity IS NULL OR t.severity = :severity)
  AND (:kind IS NULL OR t.kind = :kind)
  AND (:version IS NULL OR lower(t.version) LIKE :version ESCAPE '\')
  AND (:deployment IS NULL OR lower(t.deployment) LIKE :deployment ESCAPE '\')
  AND (:older_us IS NULL OR t.updated_us < :older_us)
  AND (:newer_us IS NULL OR t.updated_us > :newer_us)
  AND (:late_us IS NULL OR t.promised_us < :late_us)
  AND (:tag IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag AND g.removed_us IS NULL))
  AND (:tag2 IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag2 AND g.removed_us IS NULL))
  AND (:not_tag IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag AND g.removed_us IS NULL))
  AND (:not_tag2 IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag2 AND g.removed_us IS NULL))
ORDER BY t.id DESC LIMIT :max;
-- pg:
SELECT t.id, t.priority, t.severity, t.promised_us, coalesce(t.customer_wrote_us, t.status_since_us) AS waiting_us, t.created_us, t.updated_us
FROM (SELECT id, status, assignee_id, team_id, organisation_id, requester_id, priority, severity, kind, version, deployment, promised_us, customer_wrote_us, status_since_us, created_us, updated_us
  FROM ticket WHERE status IN ('new', 'open', 'pending', 'on_hold') AND id < :before ORDER BY id DESC LIMIT :scan) t
WHERE
  (:statuses IS NULL OR :statuses LIKE '%,' || t.status || ',%')
  AND (:not_statuses IS NULL OR NOT (:not_statuses LIKE '%,' || t.status || ',%'))
  AND (:assignee IS NULL OR coalesce(t.assignee_id, 0) = :assignee)
  AND (:team IS NULL OR coalesce(t.team_id, 0) = :team)
  AND (:organisation IS NULL OR t.organisation_id = :organisation)
  AND (:requester IS NULL OR t.requester_id = :requester)
  AND (:follower IS NULL OR EXISTS (SELECT 1 FROM ticket_follower w WHERE w.ticket_id = t.id AND w.teammate_id = :follower AND w.removed_us IS NULL))
  AND (:priority IS NULL OR t.priority = :priority)
  AND (:severity IS NULL OR t.severity = :severity)
  AND (:kind IS NULL OR t.kind = :kind)
  AND (:version IS NULL OR lower(t.version) LIKE :version ESCAPE '\')
  AND (:deployment IS NULL OR lower(t.deployment) LIKE :deployment ESCAPE '\')
  AND (:older_us IS NULL OR t.updated_us < :older_us)
  AND (:newer_us IS NULL OR t.updated_us > :newer_us)
  AND (:late_us IS NULL OR t.promised_us < :late_us)
  AND (:tag IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag AND g.removed_us IS NULL))
  AND (:tag2 IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag2 AND g.removed_us IS NULL))
  AND (:not_tag IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag AND g.removed_us IS NULL))
  AND (:not_tag2 IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag2 AND g.removed_us IS NULL))
ORDER BY t.id DESC LIMIT :max;

-- The same, oldest first.
-- name: find_unsolved_oldest :many
-- in: after i64, statuses str?, not_statuses str?, assignee i64?, team i64?, organisation i64?, requester i64?, follower i64?, priority str?, severity i64?, kind str?, version str?, deployment str?, older_us i64?, newer_us i64?, late_us i64?, tag str?, tag2 str?, not_tag str?, not_tag2 str?, scan i64, max i64
-- out: id i64, priority str?, severity i64?, promised_us i64?, waiting_us i64, created_us i64, updated_us i64
SELECT t.id, t.priority, t.severity, t.promised_us, coalesce(t.customer_wrote_us, t.status_since_us) AS waiting_us, t.created_us, t.updated_us
FROM (SELECT id, status, assignee_id, team_id, organisation_id, requester_id, priority, severity, kind, version, deployment, promised_us, customer_wrote_us, status_since_us, created_us, updated_us
  FROM ticket INDEXED BY ticket_unsolved WHERE status IN ('new', 'open', 'pending', 'on_hold') AND id > :after ORDER BY id LIMIT :scan) t
WHERE
  (:statuses IS NULL OR :statuses LIKE '%,' || t.status || ',%')
  AND (:not_statuses IS NULL OR NOT (:not_statuses LIKE '%,' || t.status || ',%'))
  AND (:assignee IS NULL OR coalesce(t.assignee_id, 0) = :assignee)
  AND (:team IS NULL OR coalesce(t.team_id, 0) = :team)
  AND (:organisation IS NULL OR t.organisation_id = :organisation)
  AND (:requester IS NULL OR t.requester_id = :requester)
  AND (:follower IS NULL OR EXISTS (SELECT 1 FROM ticket_follower w WHERE w.ticket_id = t.id AND w.teammate_id = :follower AND w.removed_us IS NULL))
  AND (:priority IS NULL OR t.priority = :priority)
  AND (:severity IS NULL OR t.severity = :severity)
  AND (:kind IS NULL OR t.kind = :kind)
  AND (:version IS NULL OR lower(t.version) LIKE :version ESCAPE '\')
  AND (:deployment IS NULL OR lower(t.deployment) LIKE :deployment ESCAPE '\')
  AND (:older_us IS NULL OR t.updated_us < :older_us)
  AND (:newer_us IS NULL OR t.updated_us > :newer_us)
  AND (:late_us IS NULL OR t.promised_us < :late_us)
  AND (:tag IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag AND g.removed_us IS NULL))
  AND (:tag2 IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag2 AND g.removed_us IS NULL))
  AND (:not_tag IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag AND g.removed_us IS NULL))
  AND (:not_tag2 IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag2 AND g.removed_us IS NULL))
ORDER BY t.id LIMIT :max;
-- pg:
SELECT t.id, t.priority, t.severity, t.promised_us, coalesce(t.customer_wrote_us, t.status_since_us) AS waiting_us, t.created_us, t.updated_us
FROM (SELECT id, status, assignee_id, team_id, organisation_id, requester_id, priority, severity, kind, version, deployment, promised_us, customer_wrote_us, status_since_us, created_us, updated_us
  FROM ticket WHERE status IN ('new', 'open', 'pending', 'on_hold') AND id > :after ORDER BY id LIMIT :scan) t
WHERE
  (:statuses IS NULL OR :statuses LIKE '%,' || t.status || ',%')
  AND (:not_statuses IS NULL OR NOT (:not_statuses LIKE '%,' || t.status || ',%'))
  AND (:assignee IS NULL OR coalesce(t.assignee_id, 0) = :assignee)
  AND (:team IS NULL OR coalesce(t.team_id, 0) = :team)
  AND (:organisation IS NULL OR t.organisation_id = :organisation)
  AND (:requester IS NULL OR t.requester_id = :requester)
  AND (:follower IS NULL OR EXISTS (SELECT 1 FROM ticket_follower w WHERE w.ticket_id = t.id AND w.teammate_id = :follower AND w.removed_us IS NULL))
  AND (:priority IS NULL OR t.priority = :priority)
  AND (:severity IS NULL OR t.severity = :severity)
  AND (:kind IS NULL OR t.kind = :kind)
  AND (:version IS NULL OR lower(t.version) LIKE :version ESCAPE '\')
  AND (:deployment IS NULL OR lower(t.deployment) LIKE :deployment ESCAPE '\')
  AND (:older_us IS NULL OR t.updated_us < :older_us)
  AND (:newer_us IS NULL OR t.updated_us > :newer_us)
  AND (:late_us IS NULL OR t.promised_us < :late_us)
  AND (:tag IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag AND g.removed_us IS NULL))
  AND (:tag2 IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag2 AND g.removed_us IS NULL))
  AND (:not_tag IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag AND g.removed_us IS NULL))
  AND (:not_tag2 IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag2 AND g.removed_us IS NULL))
ORDER BY t.id LIMIT :max;

-- What somebody holds and is unsolved, newest first.
-- name: find_unsolved_of :many
-- in: before i64, statuses str?, not_statuses str?, assignee i64?, team i64?, organisation i64?, requester i64?, follower i64?, priority str?, severity i64?, kind str?, version str?, deployment str?, older_us i64?, newer_us i64?, late_us i64?, tag str?, tag2 str?, not_tag str?, not_tag2 str?, scan i64, max i64
-- out: id i64, priority str?, severity i64?, promised_us i64?, waiting_us i64, created_us i64, updated_us i64
SELECT t.id, t.priority, t.severity, t.promised_us, coalesce(t.customer_wrote_us, t.status_since_us) AS waiting_us, t.created_us, t.updated_us
FROM (SELECT id, status, assignee_id, team_id, organisation_id, requester_id, priority, severity, kind, version, deployment, promised_us, customer_wrote_us, status_since_us, created_us, updated_us
  FROM ticket INDEXED BY ticket_mine WHERE assignee_id = :assignee AND status IN ('new', 'open', 'pending', 'on_hold') AND id < :before ORDER BY id DESC LIMIT :scan) t
WHERE
  (:statuses IS NULL OR :statuses LIKE '%,' || t.status || ',%')
  AND (:not_statuses IS NULL OR NOT (:not_statuses LIKE '%,' || t.status || ',%'))
  AND (:assignee IS NULL OR coalesce(t.assignee_id, 0) = :assignee)
  AND (:team IS NULL OR coalesce(t.team_id, 0) = :team)
  AND (:organisation IS NULL OR t.organisation_id = :organisation)
  AND (:requester IS NULL OR t.requester_id = :requester)
  AND (:follower IS NULL OR EXISTS (SELECT 1 FROM ticket_follower w WHERE w.ticket_id = t.id AND w.teammate_id = :follower AND w.removed_us IS NULL))
  AND (:priority IS NULL OR t.priority = :priority)
  AND (:severity IS NULL OR t.severity = :severity)
  AND (:kind IS NULL OR t.kind = :kind)
  AND (:version IS NULL OR lower(t.version) LIKE :version ESCAPE '\')
  AND (:deployment IS NULL OR lower(t.deployment) LIKE :deployment ESCAPE '\')
  AND (:older_us IS NULL OR t.updated_us < :older_us)
  AND (:newer_us IS NULL OR t.updated_us > :newer_us)
  AND (:late_us IS NULL OR t.promised_us < :late_us)
  AND (:tag IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag AND g.removed_us IS NULL))
  AND (:tag2 IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag2 AND g.removed_us IS NULL))
  AND (:not_tag IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag AND g.removed_us IS NULL))
  AND (:not_tag2 IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag2 AND g.removed_us IS NULL))
ORDER BY t.id DESC LIMIT :max;
-- pg:
SELECT t.id, t.priority, t.severity, t.promised_us, coalesce(t.customer_wrote_us, t.status_since_us) AS waiting_us, t.created_us, t.updated_us
FROM (SELECT id, status, assignee_id, team_id, organisation_id, requester_id, priority, severity, kind, version, deployment, promised_us, customer_wrote_us, status_since_us, created_us, updated_us
  FROM ticket WHERE assignee_id = :assignee AND status IN ('new', 'open', 'pending', 'on_hold') AND id < :before ORDER BY id DESC LIMIT :scan) t
WHERE
  (:statuses IS NULL OR :statuses LIKE '%,' || t.status || ',%')
  AND (:not_statuses IS NULL OR NOT (:not_statuses LIKE '%,' || t.status || ',%'))
  AND (:assignee IS NULL OR coalesce(t.assignee_id, 0) = :assignee)
  AND (:team IS NULL OR coalesce(t.team_id, 0) = :team)
  AND (:organisation IS NULL OR t.organisation_id = :organisation)
  AND (:requester IS NULL OR t.requester_id = :requester)
  AND (:follower IS NULL OR EXISTS (SELECT 1 FROM ticket_follower w WHERE w.ticket_id = t.id AND w.teammate_id = :follower AND w.removed_us IS NULL))
  AND (:priority IS NULL OR t.priority = :priority)
  AND (:severity IS NULL OR t.severity = :severity)
  AND (:kind IS NULL OR t.kind = :kind)
  AND (:version IS NULL OR lower(t.version) LIKE :version ESCAPE '\')
  AND (:deployment IS NULL OR lower(t.deployment) LIKE :deployment ESCAPE '\')
  AND (:older_us IS NULL OR t.updated_us < :older_us)
  AND (:newer_us IS NULL OR t.updated_us > :newer_us)
  AND (:late_us IS NULL OR t.promised_us < :late_us)
  AND (:tag IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag AND g.removed_us IS NULL))
  AND (:tag2 IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag2 AND g.removed_us IS NULL))
  AND (:not_tag IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag AND g.removed_us IS NULL))
  AND (:not_tag2 IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag2 AND g.removed_us IS NULL))
ORDER BY t.id DESC LIMIT :max;

-- What somebody holds or held, of one status, last changed first.
-- name: find_by_assignee :many
-- in: status str, before_us i64, before_id i64, statuses str?, not_statuses str?, assignee i64?, team i64?, organisation i64?, requester i64?, follower i64?, priority str?, severity i64?, kind str?, version str?, deployment str?, older_us i64?, newer_us i64?, late_us i64?, tag str?, tag2 str?, not_tag str?, not_tag2 str?, scan i64, max i64
-- out: id i64, priority str?, severity i64?, promised_us i64?, waiting_us i64, created_us i64, updated_us i64
SELECT t.id, t.priority, t.severity, t.promised_us, coalesce(t.customer_wrote_us, t.status_since_us) AS waiting_us, t.created_us, t.updated_us
FROM (SELECT id, status, assignee_id, team_id, organisation_id, requester_id, priority, severity, kind, version, deployment, promised_us, customer_wrote_us, status_since_us, created_us, updated_us
  FROM ticket WHERE assignee_id = :assignee AND status = :status AND (updated_us, id) < (:before_us, :before_id) ORDER BY updated_us DESC, id DESC LIMIT :scan) t
WHERE
  (:statuses IS NULL OR :statuses LIKE '%,' || t.status || ',%')
  AND (:not_statuses IS NULL OR NOT (:not_statuses LIKE '%,' || t.status || ',%'))
  AND (:assignee IS NULL OR coalesce(t.assignee_id, 0) = :assignee)
  AND (:team IS NULL OR coalesce(t.team_id, 0) = :team)
  AND (:organisation IS NULL OR t.organisation_id = :organisation)
  AND (:requester IS NULL OR t.requester_id = :requester)
  AND (:follower IS NULL OR EXISTS (SELECT 1 FROM ticket_follower w WHERE w.ticket_id = t.id AND w.teammate_id = :follower AND w.removed_us IS NULL))
  AND (:priority IS NULL OR t.priority = :priority)
  AND (:severity IS NULL OR t.severity = :severity)
  AND (:kind IS NULL OR t.kind = :kind)
  AND (:version IS NULL OR lower(t.version) LIKE :version ESCAPE '\')
  AND (:deployment IS NULL OR lower(t.deployment) LIKE :deployment ESCAPE '\')
  AND (:older_us IS NULL OR t.updated_us < :older_us)
  AND (:newer_us IS NULL OR t.updated_us > :newer_us)
  AND (:late_us IS NULL OR t.promised_us < :late_us)
  AND (:tag IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag AND g.removed_us IS NULL))
  AND (:tag2 IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag2 AND g.removed_us IS NULL))
  AND (:not_tag IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag AND g.removed_us IS NULL))
  AND (:not_tag2 IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag2 AND g.removed_us IS NULL))
ORDER BY t.updated_us DESC, t.id DESC LIMIT :max;

-- Of one status, last changed first.
-- name: find_by_status :many
-- in: status str, before_us i64, before_id i64, statuses str?, not_statuses str?, assignee i64?, team i64?, organisation i64?, requester i64?, follower i64?, priority str?, severity i64?, kind str?, version str?, deployment str?, older_us i64?, newer_us i64?, late_us i64?, tag str?, tag2 str?, not_tag str?, not_tag2 str?, scan i64, max i64
-- out: id i64, priority str?, severity i64?, promised_us i64?, waiting_us i64, created_us i64, updated_us i64
SELECT t.id, t.priority, t.severity, t.promised_us, coalesce(t.customer_wrote_us, t.status_since_us) AS waiting_us, t.created_us, t.updated_us
FROM (SELECT id, status, assignee_id, team_id, organisation_id, requester_id, priority, severity, kind, version, deployment, promised_us, customer_wrote_us, status_since_us, created_us, updated_us
  FROM ticket WHERE status = :status AND (updated_us, id) < (:before_us, :before_id) ORDER BY updated_us DESC, id DESC LIMIT :scan) t
WHERE
  (:statuses IS NULL OR :statuses LIKE '%,' || t.status || ',%')
  AND (:not_statuses IS NULL OR NOT (:not_statuses LIKE '%,' || t.status || ',%'))
  AND (:assignee IS NULL OR coalesce(t.assignee_id, 0) = :assignee)
  AND (:team IS NULL OR coalesce(t.team_id, 0) = :team)
  AND (:organisation IS NULL OR t.organisation_id = :organisation)
  AND (:requester IS NULL OR t.requester_id = :requester)
  AND (:follower IS NULL OR EXISTS (SELECT 1 FROM ticket_follower w WHERE w.ticket_id = t.id AND w.teammate_id = :follower AND w.removed_us IS NULL))
  AND (:priority IS NULL OR t.priority = :priority)
  AND (:severity IS NULL OR t.severity = :severity)
  AND (:kind IS NULL OR t.kind = :kind)
  AND (:version IS NULL OR lower(t.version) LIKE :version ESCAPE '\')
  AND (:deployment IS NULL OR lower(t.deployment) LIKE :deployment ESCAPE '\')
  AND (:older_us IS NULL OR t.updated_us < :older_us)
  AND (:newer_us IS NULL OR t.updated_us > :newer_us)
  AND (:late_us IS NULL OR t.promised_us < :late_us)
  AND (:tag IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag AND g.removed_us IS NULL))
  AND (:tag2 IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag2 AND g.removed_us IS NULL))
  AND (:not_tag IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag AND g.removed_us IS NULL))
  AND (:not_tag2 IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag2 AND g.removed_us IS NULL))
ORDER BY t.updated_us DESC, t.id DESC LIMIT :max;

-- All, newest first.
-- name: find_newest :many
-- in: before i64, statuses str?, not_statuses str?, assignee i64?, team i64?, organisation i64?, requester i64?, follower i64?, priority str?, severity i64?, kind str?, version str?, deployment str?, older_us i64?, newer_us i64?, late_us i64?, tag str?, tag2 str?, not_tag str?, not_tag2 str?, scan i64, max i64
-- out: id i64, priority str?, severity i64?, promised_us i64?, waiting_us i64, created_us i64, updated_us i64
SELECT t.id, t.priority, t.severity, t.promised_us, coalesce(t.customer_wrote_us, t.status_since_us) AS waiting_us, t.created_us, t.updated_us
FROM (SELECT id, status, assignee_id, team_id, organisation_id, requester_id, priority, severity, kind, version, deployment, promised_us, customer_wrote_us, status_since_us, created_us, updated_us
  FROM ticket WHERE id < :before ORDER BY id DESC LIMIT :scan) t
WHERE
  (:statuses IS NULL OR :statuses LIKE '%,' || t.status || ',%')
  AND (:not_statuses IS NULL OR NOT (:not_statuses LIKE '%,' || t.status || ',%'))
  AND (:assignee IS NULL OR coalesce(t.assignee_id, 0) = :assignee)
  AND (:team IS NULL OR coalesce(t.team_id, 0) = :team)
  AND (:organisation IS NULL OR t.organisation_id = :organisation)
  AND (:requester IS NULL OR t.requester_id = :requester)
  AND (:follower IS NULL OR EXISTS (SELECT 1 FROM ticket_follower w WHERE w.ticket_id = t.id AND w.teammate_id = :follower AND w.removed_us IS NULL))
  AND (:priority IS NULL OR t.priority = :priority)
  AND (:severity IS NULL OR t.severity = :severity)
  AND (:kind IS NULL OR t.kind = :kind)
  AND (:version IS NULL OR lower(t.version) LIKE :version ESCAPE '\')
  AND (:deployment IS NULL OR lower(t.deployment) LIKE :deployment ESCAPE '\')
  AND (:older_us IS NULL OR t.updated_us < :older_us)
  AND (:newer_us IS NULL OR t.updated_us > :newer_us)
  AND (:late_us IS NULL OR t.promised_us < :late_us)
  AND (:tag IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag AND g.removed_us IS NULL))
  AND (:tag2 IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag2 AND g.removed_us IS NULL))
  AND (:not_tag IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag AND g.removed_us IS NULL))
  AND (:not_tag2 IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag2 AND g.removed_us IS NULL))
ORDER BY t.id DESC LIMIT :max;

-- Does this ticket match?
-- name: find_one :many
-- in: ticket i64, statuses str?, not_statuses str?, assignee i64?, team i64?, organisation i64?, requester i64?, follower i64?, priority str?, severity i64?, kind str?, version str?, deployment str?, older_us i64?, newer_us i64?, late_us i64?, tag str?, tag2 str?, not_tag str?, not_tag2 str?
-- out: id i64, priority str?, severity i64?, promised_us i64?, waiting_us i64, created_us i64, updated_us i64
SELECT t.id, t.priority, t.severity, t.promised_us, coalesce(t.customer_wrote_us, t.status_since_us) AS waiting_us, t.created_us, t.updated_us
FROM ticket t
WHERE t.id = :ticket AND
  (:statuses IS NULL OR :statuses LIKE '%,' || t.status || ',%')
  AND (:not_statuses IS NULL OR NOT (:not_statuses LIKE '%,' || t.status || ',%'))
  AND (:assignee IS NULL OR coalesce(t.assignee_id, 0) = :assignee)
  AND (:team IS NULL OR coalesce(t.team_id, 0) = :team)
  AND (:organisation IS NULL OR t.organisation_id = :organisation)
  AND (:requester IS NULL OR t.requester_id = :requester)
  AND (:follower IS NULL OR EXISTS (SELECT 1 FROM ticket_follower w WHERE w.ticket_id = t.id AND w.teammate_id = :follower AND w.removed_us IS NULL))
  AND (:priority IS NULL OR t.priority = :priority)
  AND (:severity IS NULL OR t.severity = :severity)
  AND (:kind IS NULL OR t.kind = :kind)
  AND (:version IS NULL OR lower(t.version) LIKE :version ESCAPE '\')
  AND (:deployment IS NULL OR lower(t.deployment) LIKE :deployment ESCAPE '\')
  AND (:older_us IS NULL OR t.updated_us < :older_us)
  AND (:newer_us IS NULL OR t.updated_us > :newer_us)
  AND (:late_us IS NULL OR t.promised_us < :late_us)
  AND (:tag IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag AND g.removed_us IS NULL))
  AND (:tag2 IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag2 AND g.removed_us IS NULL))
  AND (:not_tag IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag AND g.removed_us IS NULL))
  AND (:not_tag2 IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag2 AND g.removed_us IS NULL));

-- Messages that have the words, newest first: at most :max of them are looked at, and each says whether its ticket fits the fields. So a common word
-- with a rare field costs a bounded walk, and the next one goes on where this one ended.
-- In no order: desk_find_words() sorts. PostgreSQL cannot walk down a list of matches: it walks down the newest 1,000 messages (ts_match_vq is @@ without
-- the index); a word that is in ten of them is found soon by walking on, any other is rare enough to be taken from the index and sorted.
-- name: find_words :many
-- in: words str, before i64, ticket i64?, statuses str?, not_statuses str?, assignee i64?, team i64?, organisation i64?, requester i64?, follower i64?, priority str?, severity i64?, kind str?, version str?, deployment str?, older_us i64?, newer_us i64?, late_us i64?, tag str?, tag2 str?, not_tag str?, not_tag2 str?, max i64
-- out: message_id i64, ticket_id i64, fits i64
SELECT m.id AS message_id, m.ticket_id, CASE WHEN
  (:statuses IS NULL OR :statuses LIKE '%,' || t.status || ',%')
  AND (:not_statuses IS NULL OR NOT (:not_statuses LIKE '%,' || t.status || ',%'))
  AND (:assignee IS NULL OR coalesce(t.assignee_id, 0) = :assignee)
  AND (:team IS NULL OR coalesce(t.team_id, 0) = :team)
  AND (:organisation IS NULL OR t.organisation_id = :organisation)
  AND (:requester IS NULL OR t.requester_id = :requester)
  AND (:follower IS NULL OR EXISTS (SELECT 1 FROM ticket_follower w WHERE w.ticket_id = t.id AND w.teammate_id = :follower AND w.removed_us IS NULL))
  AND (:priority IS NULL OR t.priority = :priority)
  AND (:severity IS NULL OR t.severity = :severity)
  AND (:kind IS NULL OR t.kind = :kind)
  AND (:version IS NULL OR lower(t.version) LIKE :version ESCAPE '\')
  AND (:deployment IS NULL OR lower(t.deployment) LIKE :deployment ESCAPE '\')
  AND (:older_us IS NULL OR t.updated_us < :older_us)
  AND (:newer_us IS NULL OR t.updated_us > :newer_us)
  AND (:late_us IS NULL OR t.promised_us < :late_us)
  AND (:tag IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag AND g.removed_us IS NULL))
  AND (:tag2 IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag2 AND g.removed_us IS NULL))
  AND (:not_tag IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag AND g.removed_us IS NULL))
  AND (:not_tag2 IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag2 AND g.removed_us IS NULL))
  AND (:ticket IS NULL OR t.id = :ticket) THEN 1 ELSE 0 END AS fits
FROM (SELECT x.rowid AS id FROM message_text x WHERE message_text MATCH :words AND x.rowid < :before ORDER BY x.rowid DESC LIMIT :max) h
JOIN message m ON m.id = h.id JOIN ticket t ON t.id = m.ticket_id;
-- pg:
SELECT m.id AS message_id, m.ticket_id, CASE WHEN
  (:statuses IS NULL OR :statuses LIKE '%,' || t.status || ',%')
  AND (:not_statuses IS NULL OR NOT (:not_statuses LIKE '%,' || t.status || ',%'))
  AND (:assignee IS NULL OR coalesce(t.assignee_id, 0) = :assignee)
  AND (:team IS NULL OR coalesce(t.team_id, 0) = :team)
  AND (:organisation IS NULL OR t.organisation_id = :organisation)
  AND (:requester IS NULL OR t.requester_id = :requester)
  AND (:follower IS NULL OR EXISTS (SELECT 1 FROM ticket_follower w WHERE w.ticket_id = t.id AND w.teammate_id = :follower AND w.removed_us IS NULL))
  AND (:priority IS NULL OR t.priority = :priority)
  AND (:severity IS NULL OR t.severity = :severity)
  AND (:kind IS NULL OR t.kind = :kind)
  AND (:version IS NULL OR lower(t.version) LIKE :version ESCAPE '\')
  AND (:deployment IS NULL OR lower(t.deployment) LIKE :deployment ESCAPE '\')
  AND (:older_us IS NULL OR t.updated_us < :older_us)
  AND (:newer_us IS NULL OR t.updated_us > :newer_us)
  AND (:late_us IS NULL OR t.promised_us < :late_us)
  AND (:tag IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag AND g.removed_us IS NULL))
  AND (:tag2 IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag2 AND g.removed_us IS NULL))
  AND (:not_tag IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag AND g.removed_us IS NULL))
  AND (:not_tag2 IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag2 AND g.removed_us IS NULL))
  AND (:ticket IS NULL OR t.id = :ticket) THEN 1 ELSE 0 END AS fits
FROM (
  WITH edge AS MATERIALIZED (SELECT least(:before, (SELECT coalesce(max(id), 0) + 1 FROM message)) - 1000 AS id),
  newest AS MATERIALIZED (SELECT x.rowid AS id FROM message_text x
    WHERE ts_match_vq(x.words, to_tsquery('simple', :words)) AND x.rowid < :before AND x.rowid >= (SELECT id FROM edge)
    ORDER BY x.rowid DESC LIMIT :max),
  common AS MATERIALIZED (SELECT x.rowid AS id FROM message_text x
    WHERE (SELECT count(*) FROM newest) BETWEEN 10 AND :max - 1 AND ts_match_vq(x.words, to_tsquery('simple', :words))
      AND x.rowid < (SELECT id FROM edge)
    ORDER BY x.rowid DESC LIMIT :max),
  rare AS MATERIALIZED (SELECT x.rowid AS id FROM message_text x
    WHERE (SELECT count(*) FROM newest) < least(10, :max) AND x.words @@ to_tsquery('simple', :words) AND x.rowid < (SELECT id FROM edge)
    ORDER BY x.rowid + 0 DESC LIMIT :max)
  SELECT id FROM newest UNION ALL SELECT id FROM common UNION ALL SELECT id FROM rare ORDER BY id DESC LIMIT :max) h
JOIN message m ON m.id = h.id JOIN ticket t ON t.id = m.ticket_id;

-- Does this ticket have the words?
-- name: find_words_in :opt
-- in: ticket i64, words str
-- out: message_id i64
SELECT m.id AS message_id FROM message m CROSS JOIN message_text x
WHERE m.ticket_id = :ticket AND m.state <> 'undone' AND x.rowid = m.id AND message_text MATCH :words LIMIT 1;
-- pg:
SELECT m.id AS message_id FROM message m JOIN message_text x ON x.rowid = m.id
WHERE m.ticket_id = :ticket AND m.state <> 'undone' AND x.words @@ to_tsquery('simple', :words) LIMIT 1;

-- The rows of a page, by their numbers as a JSON list.
-- name: find_rows :many
-- in: ids str
-- out: id i64, subject str, status str, next_action str, kind str, severity i64?, priority str?, requester_name str?, requester_mail str?, organisation_name str?, stage str?, assignee_id i64?, assignee_name str?, messages i64, status_since_us i64, customer_wrote_us i64?, we_wrote_us i64?, promised_us i64?, solved_us i64?, created_us i64, updated_us i64, tags str?, version str?, deployment str?, team_name str?
SELECT t.id, t.subject, t.status, t.next_action, t.kind, t.severity, t.priority, k.name AS requester_name, k.email AS requester_mail,
  o.name AS organisation_name, o.stage, t.assignee_id, m.name AS assignee_name, t.messages, t.status_since_us, t.customer_wrote_us, t.we_wrote_us,
  t.promised_us, t.solved_us, t.created_us, t.updated_us,
  (SELECT string_agg(g.tag, ' ' ORDER BY g.id) FROM ticket_tag g WHERE g.ticket_id = t.id AND g.removed_us IS NULL) AS tags,
  t.version, t.deployment, q.name AS team_name
FROM ticket t LEFT JOIN contact k ON k.id = t.requester_id LEFT JOIN organisation o ON o.id = t.organisation_id
  LEFT JOIN teammate m ON m.id = t.assignee_id LEFT JOIN team q ON q.id = t.team_id
WHERE t.id IN (SELECT value FROM json_each(:ids))
ORDER BY t.id;
-- pg:
SELECT t.id, t.subject, t.status, t.next_action, t.kind, t.severity, t.priority, k.name AS requester_name, k.email AS requester_mail,
  o.name AS organisation_name, o.stage, t.assignee_id, m.name AS assignee_name, t.messages, t.status_since_us, t.customer_wrote_us, t.we_wrote_us,
  t.promised_us, t.solved_us, t.created_us, t.updated_us,
  (SELECT string_agg(g.tag, ' ' ORDER BY g.id) FROM ticket_tag g WHERE g.ticket_id = t.id AND g.removed_us IS NULL) AS tags,
  t.version, t.deployment, q.name AS team_name
FROM ticket t LEFT JOIN contact k ON k.id = t.requester_id LEFT JOIN organisation o ON o.id = t.organisation_id
  LEFT JOIN teammate m ON m.id = t.assignee_id LEFT JOIN team q ON q.id = t.team_id
WHERE t.id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(:ids AS json)))
ORDER BY t.id;

-- What is there of a tag: on a ticket now, or once.
-- name: find_tag_known :opt
-- in: tag str
-- out: id i64
SELECT id FROM ticket_tag WHERE tag = :tag LIMIT 1;

-- name: find_tag_in_force :opt
-- in: tag str
-- out: id i64
SELECT id FROM ticket_tag WHERE tag = :tag AND removed_us IS NULL LIMIT 1;

-- name: find_team_named :opt
-- in: part str
-- out: id i64
SELECT id FROM team WHERE slug LIKE :part ESCAPE '\' OR lower(name) LIKE :part ESCAPE '\' ORDER BY id LIMIT 1;
