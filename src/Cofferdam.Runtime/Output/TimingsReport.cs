using System.Globalization;
using System.Text;
using Cofferdam.Containers;
using Cofferdam.Linux;
using Cofferdam.Runtime.CommandLine;
using Cofferdam.Runtime.Logging;
using Cofferdam.Startup;

namespace Cofferdam.Runtime.Output;

/// <summary>
/// Where the time of a launch went: for <c>--timings</c> on stderr once it has succeeded, and with <c>--debug</c> in the
/// log, also of a launch that failed.
/// </summary>
internal sealed class TimingsReport : IDisposable
{
    private readonly string? _form;
    private readonly Log _log;

    private TimingsReport(string? form, Log log)
    {
        _form = form;
        _log = log;
        if (form is null && !log.IsDebug) return;
#if COFFER_PLAIN_MAIN
        Timings = new LaunchTimings();
#else
        Timings = new LaunchTimings(NativeMain.Began);
        Timings.Add("runtime", NativeMain.Began, Timings.Elapsed);
#endif
    }

    /// <summary>Null when nobody asked.</summary>
    internal LaunchTimings? Timings { get; }

    internal static TimingsReport For(CommandContext context) => context.Options.Text("timings") switch
    {
        null => new(null, context.Log),
        "true" or "text" => new("text", context.Log),
        "json" => new("json", context.Log),
        string word => throw new CofferdamException(ErrorKind.InvalidArgument, $"invalid timings '{word}': must be text or json"),
    };

    internal void Print()
    {
        if (_form is null) return;
        IReadOnlyList<LaunchPhase> phases = Timings!.Phases;
        // Until the last phase ended: in the foreground the program has run since.
        long total = 0;
        foreach (LaunchPhase phase in phases) total = Math.Max(total, phase.Start + phase.Duration);
        StandardStreams.WriteErrorLine(_form == "json" ? Json(phases, total) : Text(phases, total));
    }

    public void Dispose()
    {
        if (!_log.IsDebug) return;
        foreach (LaunchPhase phase in Timings!.Phases) _log.Debug($"{phase.Name}: {phase.Duration} us from {phase.Start}");
    }

    internal static string Text(IReadOnlyList<LaunchPhase> phases, long total)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{"phase",-32}{"start",10}{"took",10}  (microseconds)\n");
        foreach (LaunchPhase phase in phases)
        {
            string name = new string(' ', 2 * phase.Depth) + phase.Name[(phase.Name.LastIndexOf('/') + 1)..];
            text.Append(CultureInfo.InvariantCulture, $"{name,-32}{phase.Start,10}{phase.Duration,10}\n");
        }
        return text.Append(CultureInfo.InvariantCulture, $"{"total",-32}{"",10}{total,10}").ToString();
    }

    internal static string Json(IReadOnlyList<LaunchPhase> phases, long total)
    {
        StringBuilder text = new("{\"unit\":\"us\",\"phases\":[");
        for (int i = 0; i < phases.Count; i++)
        {
            LaunchPhase phase = phases[i];
            if (i > 0) text.Append(',');
            text.Append(CultureInfo.InvariantCulture, $"{{\"name\":\"{phase.Name}\",\"start\":{phase.Start},\"duration\":{phase.Duration}}}");
        }
        return text.Append(CultureInfo.InvariantCulture, $"],\"total\":{total}}}").ToString();
    }
}
