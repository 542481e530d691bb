# The names of __init__.py for type checkers: there, they are imported lazily.
from carboy.redact import (
    HIDDEN as HIDDEN,
    is_secret_name as is_secret_name,
    redact_query as redact_query,
    redact_text as redact_text,
    redact_url as redact_url,
    redact_value as redact_value,
)

from .app import (
    Carboy as Carboy,
    Config as Config,
)
from .check import (
    Check as Check,
    Checker as Checker,
    check_obsolete as check_obsolete,
    run_checks as run_checks,
)
from .command_line import (
    PROGRAM_VARIABLE as PROGRAM_VARIABLE,
    command_line as command_line,
    program_name as program_name,
)
from .context import (
    AppState as AppState,
    ContextState as ContextState,
    get_current_app as get_current_app,
)
from .extension import (
    Extension as Extension,
    Process as Process,
    ReadinessCheck as ReadinessCheck,
    Registry as Registry,
    Wiring as Wiring,
    install as install,
    registry_of as registry_of,
)
from .panel import (
    Panel as Panel,
    PanelAction as PanelAction,
    PanelQuery as PanelQuery,
    PanelRow as PanelRow,
    PanelTable as PanelTable,
    PanelView as PanelView,
    Tone as Tone,
)
from .project_folder import (
    find_project_folder as find_project_folder,
)
from .section import (
    Field as Field,
    Secret as Secret,
    Section as Section,
    setting as setting,
)
from .service_url import (
    quote_credentials as quote_credentials,
    split_credentials as split_credentials,
)
from .setting_list import (
    SettingRow as SettingRow,
    list_settings as list_settings,
)
from .setting_sources import (
    read_dotenv as read_dotenv,
)
from .settings import (
    Settings as Settings,
)
from .solution import (
    Action as Action,
    Mistake as Mistake,
    Solution as Solution,
    Solver as Solver,
    find_solution as find_solution,
)
