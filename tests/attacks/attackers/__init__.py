"""The onlookers, one a module. A module's docstring says what that onlooker has; its checks say what they try."""

from tests.attacks.attackers import (  # noqa: F401  # each registers its checks
    admin,
    announcer,
    database_reader,
    database_server,
    database_writer,
    directory_admin,
    flooder,
    holder_of_both_keys,
    holder_of_old_backups,
    member,
    newcomer,
    owner,
    platform,
    senior_owner,
)
