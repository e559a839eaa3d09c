import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const ROW = ".o_list_view .o_data_row:contains('巡演供应商乙')";

tours.add("purchase_request_submit", {
    steps: () => [
        {
            content: "The panel says who is going to decide",
            trigger: ".o_approval_panel",
        },
        { trigger: ".o_form_statusbar button[name=action_approval_submit]", run: "click" },
        { trigger: ".o_arrow_button_current[data-value=review]" },
    ],
});

tours.add("purchase_request_order", {
    steps: () => [
        { trigger: ".o_form_statusbar button[name=action_ask_vendors]", run: "click" },
        { trigger: ".modal .o_field_widget[name=vendor_ids] .o_tag:contains('巡演供应商甲')" },
        { trigger: ".modal .o_field_widget[name=vendor_ids] .o_tag:contains('巡演供应商乙')" },
        { trigger: ".modal button[name=action_ask]", run: "click" },
        { content: "Both vendors are asked", trigger: ROW },
        { trigger: ".o_back_button", run: "click" },
        { trigger: ".o_form_statusbar button[name=action_compare]", run: "click" },
        {
            content: "The lower price stands out",
            trigger: `${ROW}.text-success button[name=action_choose_quotation]`,
            run: "click",
        },
        { trigger: ".modal .modal-footer .btn-primary", run: "click" },
        {
            content: "The other vendor is gone",
            trigger: ".o_list_view:not(:has(.o_data_row:contains('巡演供应商甲')))",
        },
        { trigger: `${ROW} button[name=action_open_order]`, run: "click" },
        { trigger: ".o_form_statusbar button[name=button_confirm]", run: "click" },
        { trigger: ".o_arrow_button_current[data-value=purchase]" },
    ],
});
