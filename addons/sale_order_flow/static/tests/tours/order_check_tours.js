import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const check = (code, state) => `.o_order_check[data-check=${code}][data-state=${state}]`;

/** The salesperson reads on the order what was found, and unfolds what is in order. */
tours.add("order_checks_read", {
    steps: () => [
        {
            content: "What was found has a mark, a name, a result and a reason",
            trigger: `${check("payment_term", "president")}:has(i.fa):has(.o_order_check_state)`,
        },
        { trigger: `${check("qualification", "note")} .o_order_check_reason:contains('巡查客户')` },
        {
            content: "What is in order is folded away",
            trigger: `.o_order_checks:not(:has(${check("price", "ok")})) .o_order_checks_fine`,
            run: "click",
        },
        { trigger: check("price", "ok") },
        { trigger: check("data", "ok") },
    ],
});

/** The assistant verifies a document. */
tours.add("qualification_verify", {
    steps: () => [
        {
            trigger: ".o_form_view .o_form_statusbar button[name=action_verify]",
            run: "click",
        },
        { trigger: ".o_form_view .o_form_statusbar button[name=action_withdraw_verification]" },
    ],
});
