import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { RelationalModel } from "@web/model/relational_model/relational_model";
import { CalendarController } from "@web/views/calendar/calendar_controller";
import { calendarView } from "@web/views/calendar/calendar_view";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

/** Groups by a selection stand in the order of its values: the stages as the work goes on. */
export class SaleDeskModel extends RelationalModel {
    async _webReadGroup(config) {
        const response = await super._webReadGroup(...arguments);
        const [groupBy] = config.groupBy;
        const { selection } = config.fields[groupBy] || {};
        if (!selection || config.orderBy.some((term) => term.name === groupBy)) {
            return response;
        }
        const place = new Map(selection.map(([value], index) => [value, index]));
        const groups = response.groups.toSorted(
            (a, b) => (place.get(a[groupBy]) ?? -1) - (place.get(b[groupBy]) ?? -1)
        );
        return { ...response, groups };
    }
}

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
            const rows = this.model.root.records.filter(
                (row) => row.data.res_model === record.data.res_model
            );
            const props = {
                resId: record.data.res_id.resId,
                resIds: rows.map((row) => row.data.res_id.resId),
            };
            await this.deskAction.doAction(action, { newWindow, props });
        }
    };

/** What the rows are grouped by stands in the head of the group: its column only takes room. */
export class SaleDeskListRenderer extends ListRenderer {
    getActiveColumns() {
        const { groupBy = [] } = this.props.list;
        return super.getActiveColumns().filter((column) => !groupBy.includes(column.name));
    }
}

export class SaleDeskListController extends deskController(ListController) {}

export class SaleDeskKanbanController extends deskController(KanbanController) {}

/** A day's entry opens its document. */
export class SaleDeskCalendarController extends CalendarController {
    async editRecord(record) {
        const action = await this.orm.call("sale.desk", "action_open", [[record.id]]);
        await this.action.doAction(action);
    }
}

registry.category("views").add("sale_desk_list", {
    ...listView,
    Controller: SaleDeskListController,
    Model: SaleDeskModel,
    Renderer: SaleDeskListRenderer,
});
registry.category("views").add("sale_desk_kanban", {
    ...kanbanView,
    Controller: SaleDeskKanbanController,
    Model: SaleDeskModel,
});
registry.category("views").add("sale_desk_calendar", {
    ...calendarView,
    Controller: SaleDeskCalendarController,
});
