import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { View } from "@web/views/view";
import { serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const { DateTime } = luxon;

/** F20: the figures of a period beside those of the period before; each opens its documents. */
export class OrderFlowDashboard extends Component {
    static template = "sale_order_flow.Dashboard";
    static components = { Layout, DateTimeInput, View };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        // of two periods chosen quickly the last one is shown
        this.keepLast = new KeepLast();
        const today = DateTime.local().startOf("day");
        this.periods = [
            { key: "month", label: _t("This Month"), from: today.startOf("month"), to: today },
            {
                key: "last_month",
                label: _t("Last Month"),
                from: today.minus({ months: 1 }).startOf("month"),
                to: today.startOf("month").minus({ days: 1 }),
            },
            { key: "quarter", label: _t("This Quarter"), from: today.startOf("quarter"), to: today },
            { key: "year", label: _t("This Year"), from: today.startOf("year"), to: today },
        ];
        const { from, to } = this.periods[3];
        this.state = useState({ from, to, period: "year", tiles: [] });
        onWillStart(() => this.load());
    }

    async load() {
        this.state.tiles = await this.keepLast.add(
            this.orm.call("order.flow.dashboard", "figures", [
                serializeDate(this.state.from),
                serializeDate(this.state.to),
            ])
        );
    }

    choose({ key, from, to }) {
        Object.assign(this.state, { period: key, from, to });
        return this.load();
    }

    set(which, value) {
        if (!value) {
            return;
        }
        this.state[which] = value;
        this.state.period = "";
        if (this.state.from <= this.state.to) {
            return this.load();
        }
    }

    open(tile) {
        return this.action.doAction(tile.action);
    }

    /** Revenue and punctuality by month; a click on a bar opens its lines. */
    get graphs() {
        return ["revenue", "on_time"].map((measure) => {
            const props = this.graphProps(measure);
            return { key: measure + JSON.stringify(props.domain), props };
        });
    }

    graphProps(measure) {
        // of the same lines as the figure of revenue: the days of the company, not those of UTC
        const { domain } = this.state.tiles.find(({ key }) => key === "revenue").action;
        return {
            type: "graph",
            resModel: "sale.flow.report",
            // with the search view come all fields: a graph alone knows those of its view only
            searchViewId: false,
            display: { controlPanel: false },
            domain,
            context: { graph_measure: measure, graph_mode: "bar", graph_groupbys: ["date:month"] },
            noContentHelp: "",
            className: "o_order_dashboard_graph",
        };
    }
}

registry.category("actions").add("sale_order_flow.dashboard", OrderFlowDashboard);
