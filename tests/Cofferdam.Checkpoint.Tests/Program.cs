using Cofferdam.Testing;
using Xunit.Runner.Common;

[assembly: RegisterRunnerReporter(typeof(LinePerTestReporter))]

return await TestProgram.Run(args);
