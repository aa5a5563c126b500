using System.Globalization;

namespace Cofferdam.Linux;

/// <summary>Names and numbers of signals (signal(7)); they are the same on x86-64 and arm64.</summary>
public static class Signals
{
    /// <summary>SIGHUP.</summary>
    public const int Hangup = 1;

    /// <summary>SIGINT.</summary>
    public const int Interrupt = 2;

    /// <summary>SIGQUIT.</summary>
    public const int Quit = 3;

    /// <summary>SIGKILL.</summary>
    public const int Kill = 9;

    /// <summary>SIGUSR1.</summary>
    public const int User1 = 10;

    /// <summary>SIGUSR2.</summary>
    public const int User2 = 12;

    /// <summary>SIGPIPE.</summary>
    public const int Pipe = 13;

    /// <summary>SIGTERM.</summary>
    public const int Terminate = 15;

    /// <summary>SIGCHLD.</summary>
    public const int Child = 17;

    /// <summary>SIGCONT.</summary>
    public const int Continue = 18;

    /// <summary>SIGSTOP.</summary>
    public const int Stop = 19;

    /// <summary>SIGWINCH.</summary>
    public const int WindowChange = 28;

    /// <summary>The first real-time signal that glibc leaves to programs.</summary>
    public const int RealTimeFirst = 34;

    // glibc keeps this one and the next for itself.
    private const int FirstRealTimeOfKernel = 32;

    /// <summary>The last signal.</summary>
    public const int RealTimeLast = 64;

    /// <summary>Reads "SIGKILL", "KILL", "kill", "9", "SIGRTMIN+3" or "RTMAX-1".</summary>
    public static bool TryParse(string text, out int signal)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out signal)) return signal is >= 1 and <= RealTimeLast;
        string name = text.ToUpperInvariant();
        if (name.StartsWith("SIG", StringComparison.Ordinal)) name = name[3..];
        signal = FromName(name);
        return signal != 0 || TryParseRealTime(name, out signal);
    }

    /// <summary>The name with its prefix ("SIGKILL", "SIGRTMIN+3"), or the number where there is none.</summary>
    public static string Name(int signal) => signal switch
    {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        10 => "SIGUSR1",
        11 => "SIGSEGV",
        12 => "SIGUSR2",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        15 => "SIGTERM",
        16 => "SIGSTKFLT",
        17 => "SIGCHLD",
        18 => "SIGCONT",
        19 => "SIGSTOP",
        20 => "SIGTSTP",
        21 => "SIGTTIN",
        22 => "SIGTTOU",
        23 => "SIGURG",
        24 => "SIGXCPU",
        25 => "SIGXFSZ",
        26 => "SIGVTALRM",
        27 => "SIGPROF",
        28 => "SIGWINCH",
        29 => "SIGIO",
        30 => "SIGPWR",
        31 => "SIGSYS",
        RealTimeFirst => "SIGRTMIN",
        RealTimeLast => "SIGRTMAX",
        > RealTimeFirst and < RealTimeLast => "SIGRTMIN+" + (signal - RealTimeFirst).ToString(CultureInfo.InvariantCulture),
        _ => signal.ToString(CultureInfo.InvariantCulture),
    };

    private static int FromName(string name)
    {
        for (int signal = 1; signal < FirstRealTimeOfKernel; signal++)
        {
            if (name.AsSpan().SequenceEqual(Name(signal).AsSpan(3))) return signal;
        }

        return name switch
        {
            "IOT" => 6,
            "CLD" => Child,
            "POLL" => 29,
            _ => 0,
        };
    }

    private static bool TryParseRealTime(string name, out int signal)
    {
        signal = 0;
        bool fromFirst = name.StartsWith("RTMIN", StringComparison.Ordinal);
        if (!fromFirst && !name.StartsWith("RTMAX", StringComparison.Ordinal)) return false;
        ReadOnlySpan<char> rest = name.AsSpan(5);
        int offset = 0;
        if (rest.Length > 0 && (rest[0] != (fromFirst ? '+' : '-') || !int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out offset))) return false;
        if (offset > RealTimeLast - RealTimeFirst) return false;
        signal = fromFirst ? RealTimeFirst + offset : RealTimeLast - offset;
        return true;
    }
}
