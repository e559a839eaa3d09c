import { useService } from "@web/core/utils/hooks";
import { registry } from "@web/core/registry";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

/** A row of the desk opens its document; the pager then walks through the rows of that kind. */
const deskController = (Controller) =>
    class extends Controller {
        setup() {
            super.setup();
            this.deskAction = useService("action");
            this.deskOrm = useService("orm");
        }

        async openRecord(record, { newWindow } = {}) {
            const action = await this.deskOrm.call("sale.desk", "action_open", [[record.resId]]);
            const { res_model: model, res_id: resId } = record.data;
            const rows = this.model.root.records.filter((row) => row.data.res_model === model);
            await this.deskAction.doAction(action, {
                newWindow,
                props: { resId, resIds: rows.map((row) => row.data.res_id) },
            });
        }
    };

registry.category("views").add("sale_desk_list", {
    ...listView,
    Controller: deskController(ListController),
});
registry.category("views").add("sale_desk_kanban", {
    ...kanbanView,
    Controller: deskController(KanbanController),
});
