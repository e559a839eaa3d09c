import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

import { refreshActivityBadge } from "../badge";
import { BulkDecideDialog } from "./bulk_decide_dialog";

/** The answers several places of a kind may get at once. */
const BULK_VERBS = [
    ["approve", "decide"],
    ["opinion", "opinion"],
    ["handle", "handle"],
    ["refuse", "decide"],
];

const inboxController = (Controller) =>
    class extends Controller {
        setup() {
            super.setup();
            this.inboxAction = useService("action");
            this.inboxDialog = useService("dialog");
            this.inboxOrm = useService("orm");
        }

        /** Open the request of a row; the pager then walks through the rows of the inbox. */
        async openRecord(record, { newWindow } = {}) {
            const requestIds = this.model.root.records.map((row) => row.data.request_id.id);
            const resId = record.data.request_id.id;
            await this.inboxAction.doAction(
                {
                    type: "ir.actions.act_window",
                    res_model: "approval.request",
                    res_id: resId,
                    views: [[false, "form"]],
                },
                { newWindow, props: { resId, resIds: [...new Set(requestIds)] } }
            );
        }

        get bulkActions() {
            const labels = {
                approve: _t("Approve"),
                refuse: _t("Refuse"),
                opinion: _t("Give Opinion"),
                handle: _t("Done"),
            };
            const selected = this.model.root.selection;
            return BULK_VERBS.map(([verb, kind]) => ({
                kind,
                verb,
                label: labels[verb],
                primary: verb !== "refuse",
                count: selected.filter((row) => row.data.kind === kind).length,
            })).filter((action) => action.count);
        }

        get hasSeveralKinds() {
            return new Set(this.bulkActions.map((action) => action.kind)).size > 1;
        }

        async bulkDecide({ kind, verb, label }) {
            const { root } = this.model;
            const slotIds = root.isDomainSelected
                ? await this.inboxOrm.search("approval.request.slot", [
                      ["id", "in", await root.getResIds(true)],
                      ["kind", "=", kind],
                  ])
                : root.selection.filter((row) => row.data.kind === kind).map((row) => row.resId);
            this.inboxDialog.add(BulkDecideDialog, {
                verb,
                label,
                slotIds,
                onDone: async () => {
                    refreshActivityBadge(this.env);
                    await this.model.load();
                },
            });
        }
    };

export class ApprovalInboxListController extends inboxController(ListController) {
    static template = "approval_chain.InboxListView";
}

export class ApprovalInboxKanbanController extends inboxController(KanbanController) {
    static template = "approval_chain.InboxKanbanView";
}

registry.category("views").add("approval_inbox_list", {
    ...listView,
    Controller: ApprovalInboxListController,
});
registry.category("views").add("approval_inbox_kanban", {
    ...kanbanView,
    Controller: ApprovalInboxKanbanController,
});
