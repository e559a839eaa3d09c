import { onWillUnmount } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formView } from "@web/views/form/form_view";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

const PROGRESS = "approval.bulk/progress";

/** Follows the answers given in the background: how far they are is read again as they go on. */
const followingController = (Controller) =>
    class extends Controller {
        setup() {
            super.setup();
            const bus = useService("bus_service");
            const onProgress = ({ id }) => this.showsJob(id) && this.model.load();
            bus.subscribe(PROGRESS, onProgress);
            onWillUnmount(() => bus.unsubscribe(PROGRESS, onProgress));
        }

        showsJob(id) {
            const { resId, records = [] } = this.model.root || {};
            return resId === id || records.some((record) => record.resId === id);
        }
    };

class BulkFormController extends followingController(formView.Controller) {}
class BulkListController extends followingController(ListController) {}
class BulkKanbanController extends followingController(KanbanController) {}

const views = registry.category("views");
views.add("approval_bulk_form", { ...formView, Controller: BulkFormController });
views.add("approval_bulk_list", { ...listView, Controller: BulkListController });
views.add("approval_bulk_kanban", { ...kanbanView, Controller: BulkKanbanController });
