using System.Globalization;
using Xunit.Runner.Common;
using Xunit.Sdk;

namespace Cofferdam.Testing;

/// <summary>Prints one line for every test that passed, with its time; failures and skips as xunit does.</summary>
public sealed class LinePerTestReporter : IRunnerReporter
{
    public bool CanBeEnvironmentallyEnabled => false;

    public string Description => "one line per test";

    public bool ForceNoLogo => true;

    public bool IsEnvironmentallyEnabled => false;

    public string RunnerSwitch => "lines";

    public ValueTask<IRunnerReporterMessageHandler> CreateMessageHandler(IRunnerLogger logger, IMessageSink? diagnosticMessageSink) =>
        new(new Handler(logger));

    private sealed class Handler(IRunnerLogger logger) : DefaultRunnerReporterMessageHandler(logger)
    {
        protected override void HandleTestPassed(MessageHandlerArgs<ITestPassed> args)
        {
            base.HandleTestPassed(args);
            ITestMetadata? test = MetadataCache.TryGetTestMetadata(args.Message);
            Logger.LogImportantMessage(string.Create(CultureInfo.InvariantCulture,
                $"    {test?.TestDisplayName} [ok {args.Message.ExecutionTime:0.00} s]"));
        }
    }
}
