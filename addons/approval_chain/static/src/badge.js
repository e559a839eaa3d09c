/**
 * Count again what the activity menu shows, after the user answered something.
 *
 * @param {import("@web/env").OdooEnv} env
 */
export function refreshActivityBadge(env) {
    env.services["mail.store"]?.fetchStoreData("systray_get_activities");
}
