-- The five streams on string keys. A table in braces stands for the Parquet file of a table, admitted_ before its name for its rows
-- without copies.

CREATE TEMP TABLE period AS
SELECT sys_id AS fiscal_period, lower(fiscal_type) AS fiscal_type, start_date_time::DATE AS first_day, end_date_time::DATE AS last_day
  FROM {fiscal_period};

CREATE TEMP TABLE base_period AS SELECT * FROM period WHERE fiscal_type = 'month';

CREATE TEMP TABLE member AS
SELECT p.fiscal_period, b.fiscal_period AS base_period, b.first_day, b.last_day
  FROM period AS p JOIN base_period AS b ON b.first_day >= p.first_day AND b.last_day <= p.last_day;

CREATE TEMP TABLE day AS
SELECT unnest(generate_series(first_day, last_day, INTERVAL 1 DAY))::DATE AS day, fiscal_period FROM base_period;

CREATE TEMP TABLE item AS
SELECT sys_id AS work_item, false AS is_demand, start_date, end_date FROM {pm_project}
UNION ALL SELECT sys_id, true, start_date, end_date FROM {dmn_demand};

CREATE TEMP TABLE owner AS
WITH RECURSIVE below AS (
    SELECT work_item AS task, work_item, is_demand, is_demand AS stands_on_demand FROM item
    UNION ALL
    SELECT t.sys_id, b.work_item, b.is_demand, false
      FROM (SELECT sys_id, parent FROM {pm_project_task} UNION ALL SELECT sys_id, parent FROM {dmn_demand_task}) AS t
      JOIN below AS b ON b.task = t.parent
)
SELECT * FROM below;

CREATE TEMP TABLE plan AS
SELECT p.sys_id AS cost_plan, o.work_item, coalesce(p.expense_type, r.expense_type) AS plan_class
  FROM {cost_plan} AS p
  JOIN owner AS o ON o.task = p.task
  LEFT JOIN {resource_type_definition} AS r ON r.sys_id = p.resource_type;

CREATE TEMP TABLE requirement AS
SELECT p.work_item, b.fiscal_period, coalesce(b.expense_type, r.expense_type, p.plan_class, 'unclassified') AS class, b.value AS amount
  FROM {admitted_cost_plan_breakdown} AS b
  JOIN plan AS p USING (cost_plan)
  JOIN base_period USING (fiscal_period)
  LEFT JOIN {resource_type_definition} AS r ON r.sys_id = b.resource_type
 WHERE b.breakdown_type = 'requirement';

CREATE TEMP TABLE benefit AS
SELECT o.work_item, b.fiscal_period, b.value AS planned, coalesce(b.actual_benefit, 0) AS realised
  FROM {admitted_benefit_plan_breakdown} AS b
  JOIN {benefit_plan} AS p ON p.sys_id = b.benefit_plan
  JOIN owner AS o ON o.task = p.task
  JOIN base_period USING (fiscal_period);

CREATE TEMP TABLE spent AS
WITH line AS MATERIALIZED (SELECT * FROM {admitted_fm_expense_line})
SELECT o.work_item, d.fiscal_period, coalesce(l.expense_type, r.expense_type, p.plan_class, 'unclassified') AS class, l.amount
  FROM line AS l
  JOIN owner AS o ON o.task = coalesce(l.task, l.source_id)
  JOIN day AS d ON d.day = l.date
  LEFT JOIN line AS base ON base.sys_id = l.base_expense AND base.sys_id <> l.sys_id
  LEFT JOIN plan AS p ON p.cost_plan = l.cost_plan
  LEFT JOIN {resource_type_definition} AS r ON r.sys_id = l.resource_type
 WHERE lower(trim(l.state)) = 'processed' AND base.sys_id IS NULL AND NOT o.stands_on_demand;

CREATE TEMP TABLE budget_amount AS
WITH migrated AS (SELECT DISTINCT task AS work_item FROM {sn_invst_pln_financial_migration} WHERE is_budget_migrated),
funding AS (SELECT f.* FROM {admitted_project_funding} AS f ANTI JOIN migrated AS m ON m.work_item = f.task),
amount AS (
    SELECT sys_id || 'c' AS one, task AS work_item, fiscal_period, 'capex' AS class, capex_budget AS amount, true AS v1
      FROM funding WHERE capex_budget IS NOT NULL
    UNION ALL SELECT sys_id || 'o', task, fiscal_period, 'opex', opex_budget, true FROM funding WHERE opex_budget IS NOT NULL
    UNION ALL SELECT sys_id || 't', task, fiscal_period, 'unclassified', total_budget, true
      FROM funding WHERE capex_budget IS NULL AND opex_budget IS NULL AND total_budget IS NOT NULL
    UNION ALL SELECT b.sys_id, i.funding_entity_id, b.fiscal_period, coalesce(b.expense_type, r.expense_type, 'unclassified'), b.amount, false
      FROM {admitted_sn_invst_pln_invst_budget} AS b
      JOIN {sn_invst_pln_investment} AS i ON i.sys_id = b.investment
      SEMI JOIN migrated AS m ON m.work_item = i.funding_entity_id
      LEFT JOIN {resource_type_definition} AS r ON r.sys_id = b.resource_type
)
SELECT a.* FROM amount AS a SEMI JOIN item USING (work_item);

CREATE TEMP TABLE budget AS
WITH planned AS (SELECT DISTINCT work_item, fiscal_period FROM requirement),
candidate AS (
    SELECT a.one, a.work_item, m.base_period AS fiscal_period, m.first_day, a.class, (a.amount * 100)::BIGINT AS cents,
           CASE WHEN a.v1 AND p.work_item IS NOT NULL THEN 1
                WHEN a.v1 AND m.first_day <= i.end_date AND m.last_day >= i.start_date AND i.start_date <= i.end_date THEN 2
                ELSE 3 END AS claim
      FROM budget_amount AS a
      JOIN member AS m ON m.fiscal_period = a.fiscal_period
      JOIN item AS i ON i.work_item = a.work_item
      LEFT JOIN planned AS p ON p.work_item = a.work_item AND p.fiscal_period = m.base_period
),
strongest AS (SELECT * FROM candidate QUALIFY claim = min(claim) OVER (PARTITION BY one)),
numbered AS (
    SELECT *, count(*) OVER (PARTITION BY one) AS parts, row_number() OVER (PARTITION BY one ORDER BY first_day) - 1 AS place FROM strongest
)
SELECT work_item, fiscal_period, class,
       sign(cents) * (abs(cents) // parts + (place < abs(cents) % parts)::BIGINT) AS cents
  FROM numbered;

CREATE TABLE result.work_item_period AS
WITH stream AS (
    SELECT work_item, fiscal_period, 'planned' AS stream, class, amount FROM requirement
    UNION ALL SELECT work_item, fiscal_period, 'actual', class, amount FROM spent
    UNION ALL SELECT work_item, fiscal_period, 'budget', class, (cents::DECIMAL(18, 2) / 100)::DECIMAL(18, 2) FROM budget
    UNION ALL SELECT work_item, fiscal_period, 'planned benefit', '', planned FROM benefit
    UNION ALL SELECT work_item, fiscal_period, 'actual benefit', '', realised FROM benefit
)
SELECT work_item, fiscal_period,
       coalesce(sum(amount) FILTER (stream = 'planned'), 0)::DECIMAL(18, 4) AS planned_cost,
       coalesce(sum(amount) FILTER (stream = 'planned' AND class = 'capex'), 0)::DECIMAL(18, 4) AS planned_capital,
       coalesce(sum(amount) FILTER (stream = 'planned' AND class = 'opex'), 0)::DECIMAL(18, 4) AS planned_operating,
       coalesce(sum(amount) FILTER (stream = 'planned benefit'), 0)::DECIMAL(18, 4) AS planned_benefit,
       coalesce(sum(amount) FILTER (stream = 'actual'), 0)::DECIMAL(18, 4) AS actual_cost,
       coalesce(sum(amount) FILTER (stream = 'actual' AND class = 'capex'), 0)::DECIMAL(18, 4) AS actual_capital,
       coalesce(sum(amount) FILTER (stream = 'actual' AND class = 'opex'), 0)::DECIMAL(18, 4) AS actual_operating,
       coalesce(sum(amount) FILTER (stream = 'budget'), 0)::DECIMAL(18, 4) AS budget_cost,
       coalesce(sum(amount) FILTER (stream = 'budget' AND class = 'capex'), 0)::DECIMAL(18, 4) AS budget_capital,
       coalesce(sum(amount) FILTER (stream = 'budget' AND class = 'opex'), 0)::DECIMAL(18, 4) AS budget_operating,
       coalesce(sum(amount) FILTER (stream = 'actual benefit'), 0)::DECIMAL(18, 4) AS actual_benefit
  FROM stream GROUP BY work_item, fiscal_period;

CREATE TABLE result.work_item AS
SELECT i.work_item,
       coalesce(sum(planned_cost), 0)::DECIMAL(18, 4) AS estimated_cost,
       coalesce(sum(planned_capital), 0)::DECIMAL(18, 4) AS planned_capital,
       coalesce(sum(planned_operating), 0)::DECIMAL(18, 4) AS planned_operating,
       coalesce(sum(planned_benefit), 0)::DECIMAL(18, 4) AS estimated_benefit,
       coalesce(sum(actual_cost), 0)::DECIMAL(18, 4) AS actual_cost,
       coalesce(sum(actual_capital), 0)::DECIMAL(18, 4) AS actual_capital,
       coalesce(sum(actual_operating), 0)::DECIMAL(18, 4) AS actual_operating,
       coalesce(sum(budget_cost), 0)::DECIMAL(18, 4) AS budget_cost,
       coalesce(sum(budget_capital), 0)::DECIMAL(18, 4) AS budget_capital,
       coalesce(sum(budget_operating), 0)::DECIMAL(18, 4) AS budget_operating,
       coalesce(sum(actual_benefit), 0)::DECIMAL(18, 4) AS actual_benefit
  FROM item AS i LEFT JOIN result.work_item_period USING (work_item) GROUP BY i.work_item;
