import { reached } from "@sale_order_flow/../tests/tours/steps";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const press = (name) => ({ trigger: `.o_form_statusbar button[name=${name}]`, run: "click" });

/** F23: the rest holds, one thing does not; recorded, it is a finding. */
tours.add("supervision_check", {
    steps: () => [
        press("action_all_hold"),
        {
            trigger: ".o_data_row:contains('已告知客户'):has(.o_data_cell[name=verdict]:contains('符合')) .o_data_cell[name=verdict]",
            run: "click",
        },
        { trigger: ".o_selected_row .o_field_widget[name=verdict] input", run: "click" },
        { trigger: ".o_select_menu_item:contains('不符合')", run: "click" },
        { trigger: ".o_selected_row .o_field_widget[name=note] input", run: "edit 没有人打电话。" },
        press("action_record"),
        reached("findings"),
        { trigger: "button[name=action_view_findings]:contains('1')", run: "click" },
        { trigger: ".o_data_row:contains('未告知')" },
    ],
});

/** F23: cause and correction are written down, then it is handed back. */
tours.add("supervision_correct", {
    steps: () => [
        { trigger: ".o_field_widget[name=cause] textarea", run: "edit 交接遗漏。" },
        { trigger: ".o_field_widget[name=correction] textarea", run: "edit 已致电客户并设置提醒。" },
        press("action_correct"),
        reached("corrected"),
    ],
});

/** F23: given back with a reason by supervision. */
tours.add("supervision_give_back", {
    steps: () => [
        { trigger: ".o_form_statusbar button:contains('退回整改')", run: "click" },
        { trigger: ".modal textarea.o_ask_reason", run: "edit 客户说仍未接到电话。" },
        { trigger: ".modal footer .btn-primary", run: "click" },
        reached("open"),
    ],
});

/** F23: found to be put right. */
tours.add("supervision_verify", {
    steps: () => [press("action_verify"), reached("verified")],
});

/** F20: a figure opens the lines that sum to it, a line its order. */
tours.add("order_dashboard", {
    steps: () => [
        { trigger: ".o_order_dashboard_graph canvas" },
        { trigger: ".o_order_dashboard_period button[data-period=month]", run: "click" },
        { trigger: ".o_order_dashboard_period button.active[data-period=month]" },
        { trigger: ".o_order_dashboard_tile[data-tile=orders]", run: "click" },
        { trigger: ".o_pivot" },
        { trigger: ".o_switch_view.o_list", run: "click" },
        { trigger: ".o_data_row:contains('巡游客户') .o_data_cell[name=partner_id]", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=order_line]" },
    ],
});
