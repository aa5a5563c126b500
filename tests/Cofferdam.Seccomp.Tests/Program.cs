using Cofferdam.Seccomp.Tests;
using Xunit.Runner.InProc.SystemConsole;

// A killing filter needs a process of its own: the tests start this program once more.
return args is [FilteredThread.ExecSwitch, var action, .. var command]
    ? FilteredThread.Exec(action, command)
    : await ConsoleRunner.Run(args);
