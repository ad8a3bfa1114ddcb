/* plan_import.h: plans out of files: our own JSON, the shapes of Process Street's public API, tables as CSV.
 *
 * Pure: bytes in, plans as canonical JSON out, with a message for each row that has something wrong; a row that is wrong is left out of its plan. What comes out is a
 * plan that plan_parse() takes; whether it can be published is plan_check()'s business.
 *
 * Process Street: one object whose members are the API's answers, each a list or the envelope that the API gives ({"data":[…]}, {"fields":[…]}):
 *   workflows      id, name, description                                     one plan each; without any: one plan
 *   tasks          id, workflowId, name, orderTree, taskType (Standard, Approval, Heading …), stopTask, hiddenByDefault, dueOffset
 *   widgets or formFields     id, taskId, fieldType, key, label, required, hiddenByDefault, options; widgets that ask nothing are left out quietly
 *   dueDateRules   taskId, sourceType, offsetDirection, dueOffset, businessDaysHandlingMode, sourceTaskId, sourceWidgetId
 *   logicRules     condition {"or":[{"and":[{widgetId, operator, value}]}]}, action Show or Hide, targets {taskIds, widgetIds}, description
 *   assignmentRules     taskId, type Static (email) or Dynamic (sourceType, sourceWidgetId)
 *   approvals      taskId, subjectTaskIds
 *
 * CSV: the first line names the columns, "title" among them: section, key, title, about, kind, who, due (P3D), due_from, due_of, before, days, every, until, approves,
 * stop, optional, hidden, proof, field, type, choices, required, gives. A row without a title whose "field" is filled asks a further question of the task above. */
#ifndef TEND_PLAYBOOK_PLAN_IMPORT_H
#define TEND_PLAYBOOK_PLAN_IMPORT_H

#include "playbook/plan.h"

enum { PLAN_IMPORT_WRONG_MOST = 200, PLAN_IMPORT_PLANS_MOST = 50 };

struct plan_import_wrong {
	struct str where;            /* "line 7", "tasks[3]" */
	struct str sentence;
};
struct plan_import {
	struct str *plans;           /* canonical JSON */
	size_t n_plans;
	struct plan_import_wrong *wrong;
	size_t n_wrong;
	const char *shape;           /* "plan", "process street", "csv" */
};
/* name: what a table's plan is called (its file name). ERR_INPUT, ERR_LIMIT with a sentence when the file as a whole cannot be read. */
enum err plan_import(struct arena *a, struct fault *f, struct str bytes, struct str name, struct plan_import *ret);

/* For plan_import.c and plan_import_csv.c. */
__attribute__((format(printf, 4, 5))) void plan_import_complain(struct arena *a, struct plan_import *im, struct str where, const char *fmt, ...);
enum err plan_import_csv(struct arena *a, struct fault *f, struct str bytes, struct str name, struct plan_import *ret);

#endif
