import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

/** A copy opens the request it is of, and is read by that. */
const copyController = (Controller) =>
    class extends Controller {
        setup() {
            super.setup();
            this.copyAction = useService("action");
            this.copyOrm = useService("orm");
        }

        async openRecord(record, { newWindow } = {}) {
            const action = await this.copyOrm.call(record.resModel, "action_open_request", [
                [record.resId],
            ]);
            await this.copyAction.doAction(action, { newWindow });
        }
    };

registry.category("views").add("approval_copy_list", {
    ...listView,
    Controller: class ApprovalCopyListController extends copyController(ListController) {},
});
registry.category("views").add("approval_copy_kanban", {
    ...kanbanView,
    Controller: class ApprovalCopyKanbanController extends copyController(KanbanController) {},
});
