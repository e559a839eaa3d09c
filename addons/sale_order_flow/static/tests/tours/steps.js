/** Steps that the tours of every addon of the order flow share. */

export const field = (name, tag = "") => `.o_field_widget[name=${name}] ${tag}`;

export const press = (name) => ({
    trigger: `.o_form_statusbar button[name=${name}]:visible`,
    run: "click",
});

export const reached = (state) => ({ trigger: `.o_arrow_button_current[data-value=${state}]` });

/**
 * Every view of these actions opens (X6): the client alone knows whether it can draw one.
 *
 * @param {string} module addon of the actions
 * @param {Object<string, string[]>} views kinds of views by name of the action
 */
export const openViews = (module, views) => [
    { trigger: ".o_web_client .o_action_manager" },
    ...Object.entries(views).flatMap(([action, types]) =>
        types.flatMap((type) => [
            {
                content: `${action} as ${type}`,
                trigger: ".o_web_client",
                run: () =>
                    odoo.__WOWL_DEBUG__.root.env.services.action.doAction(
                        `${module}.${action}`,
                        { viewType: type, clearBreadcrumbs: true }
                    ),
            },
            { trigger: `.o_action_manager .o_${type}_view .o_content:not(:empty)` },
        ])
    ),
];

/** Move a bar of a timeline with the keyboard, and wait until it stands elsewhere. */
export const moveBar = (selector, keys) => {
    const bar = `.o_flow_timeline ${selector}`;
    let before;
    return [
        {
            trigger: `${bar}:not(.o_timeline_fixed)`,
            run: ({ anchor }) => {
                before = anchor.title;
                anchor.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, ...keys }));
            },
        },
        {
            content: "the bar stands elsewhere",
            trigger: bar,
            run: ({ anchor, waitUntil }) =>
                waitUntil(() => anchor.title !== before, { timeout: 8000 }),
        },
    ];
};
