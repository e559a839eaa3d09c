import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** Three taps: open, (read), decide. The inbox is what the person starts from. */
tours.add("approval_phone_open_read_decide", {
    url: "/odoo/action-approval_chain.action_approval_inbox",
    steps: () => [
        {
            content: "The card says which document, how much, who asks and since when",
            trigger: ".o_kanban_record:contains(Phone one):contains(林晓):contains(250.00)",
            run: "click",
        },
        {
            content: "The frozen sheet is read above, the answer stands at the foot of the screen",
            trigger: ".o_form_view .o_approval_sheet:contains(Pump)",
        },
        {
            content: "The decision card says how earlier requests ended",
            trigger: ".o_approval_card:contains(拒绝), .o_approval_card:contains(refused)",
        },
        {
            trigger: ".o_approval_bar button[name=approve]",
            async run({ click, anchor }) {
                const { bottom } = anchor.getBoundingClientRect();
                if (bottom > window.innerHeight || window.innerWidth !== 390) {
                    throw new Error("The buttons have to be in sight on a phone.");
                }
                await click();
            },
        },
        { trigger: ".o_form_view:not(:has(button[name=approve]))" },
    ],
});

/** The card itself refuses, with a reason. */
tours.add("approval_phone_refuse_on_the_card", {
    url: "/odoo/action-approval_chain.action_approval_inbox",
    steps: () => [
        {
            trigger: ".o_kanban_record:contains(Phone two) button[name=card_refuse]",
            run: "click",
        },
        {
            trigger: ".o_kanban_record:contains(Phone two) .o_approval_card_actions textarea",
            run: "edit Too late.",
        },
        {
            trigger: ".o_kanban_record:contains(Phone two) button[name=card_refuse]",
            run: "click",
        },
        { trigger: ".o_kanban_renderer:not(:contains(Phone two))" },
    ],
});

/** What is not an answer opens in place, also on a phone. */
tours.add("approval_phone_hand_over", {
    url: "/odoo/action-approval_chain.action_approval_inbox",
    steps: () => [
        { trigger: ".o_kanban_record:contains(Phone three)", run: "click" },
        { trigger: ".o_approval_bar .o_approval_more", run: "click" },
        { trigger: ".o_approval_bar button[name=hand_over]", run: "click" },
        { trigger: ".o_approval_bar .o_approval_fields input", run: "edit 钱" },
        { trigger: ".o-autocomplete--dropdown-item:contains(钱海)", run: "click" },
        { trigger: ".o_approval_bar .o_approval_opinion_box textarea", run: "edit In your field." },
        { trigger: ".o_approval_bar .o_approval_confirm", run: "click" },
        { trigger: ".o_approval_line:contains(钱海)" },
    ],
});
