import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const stageIs = (stage) => ({ trigger: `.o_arrow_button_current[data-value=${stage}]` });

// the department: catalogue, template, hand in
tours.add("stocking_plan_department", {
    url: "/odoo/stocking-requests",
    steps: () => [
        { trigger: ".o_list_button_add, .o-kanban-button-new", run: "click" },
        {
            trigger: ".o_field_widget[name=purpose] textarea",
            run: "edit 巡演备货：旺季需求。",
        },
        {
            trigger: ".o_field_widget[name=template_id] input",
            run: "edit 巡演模板",
        },
        { trigger: ".o-autocomplete--dropdown-item:contains('巡演模板')", run: "click" },
        { trigger: "button[name=action_add_template]", run: "click" },
        { trigger: ".o_field_widget[name=line_ids] .o_data_row:contains('巡演水泵')" },
        { trigger: ".o_field_widget[name=line_ids] button[name=action_add_from_catalog]", run: "click" },
        { trigger: ".o_searchview_input", run: "fill 巡演软管" },
        { trigger: ".o_searchview_autocomplete .o-dropdown-item.focus", run: "click" },
        {
            trigger: ".o_kanban_record:contains('巡演软管') button:has(i.fa-shopping-cart)",
            run: "click",
        },
        { trigger: ".o_product_added:contains('巡演软管')" },
        { trigger: ".o-kanban-button-back", run: "click" },
        { trigger: ".o_field_widget[name=line_ids] .o_data_row:contains('巡演软管')" },
        { trigger: "button[name=action_send]", run: "click" },
        stageIs("assistant"),
    ],
});

// the assistant: take, submit; later order
tours.add("stocking_plan_assistant", {
    steps: () => [
        { trigger: "button[name=action_take]", run: "click" },
        { trigger: ".o_form_statusbar:not(:has(button[name=action_take]))" },
        { trigger: "button[name=action_submit]", run: "click" },
        stageIs("review"),
    ],
});

tours.add("stocking_plan_order", {
    steps: () => [
        { trigger: "button[name=action_supply]", run: "click" },
        { trigger: ".modal .o_field_widget[name=line_ids] .o_data_row:contains('巡演水泵')" },
        { trigger: ".modal button[name=action_order]", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        stageIs("ordered"),
        { trigger: ".o_notebook_headers a[name=allocations]", run: "click" },
        { trigger: ".o_field_widget[name=allocation_ids] .o_data_row:contains('P0')" },
    ],
});

// purchasing: move the date with its reason
tours.add("stocking_plan_purchaser", {
    url: "/odoo/shortages",
    steps: () => [
        {
            trigger: ".o_data_row:contains('巡演水泵') button[name=action_move_date]",
            run: "click",
        },
        { trigger: ".modal .o_field_widget[name=new_date] input, .modal .o_field_widget[name=new_date] button", run: "click" },
        { trigger: ".modal .o_field_widget[name=new_date] input", run: "edit 2031-06-09 08:00:00" },
        {
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit 供应商排产顺延。",
        },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});

// the warehouse: put the goods aside
tours.add("stocking_plan_warehouse", {
    steps: () => [
        { trigger: ".o_form_statusbar button[name=button_validate]", run: "click" },
        { trigger: ".o_arrow_button_current[data-value=done]" },
    ],
});
