namespace Cofferdam.Runtime.CommandLine;

/// <summary>What an option takes.</summary>
internal enum OptionKind
{
    /// <summary>Nothing, or a boolean after '=' (<c>--detach</c>, <c>--detach=false</c>).</summary>
    Switch,

    /// <summary>One value; the last one given counts.</summary>
    Text,

    /// <summary>A whole number: decimal, <c>0x</c>, <c>0o</c>, <c>0b</c> or a leading zero for octal.</summary>
    Number,

    /// <summary>A time span as Go writes it: <c>5s</c>, <c>1m30s</c>, <c>250ms</c>.</summary>
    Duration,

    /// <summary>A value that may be given many times.</summary>
    List,

    /// <summary>Nothing, or a word after '=' (<c>--timings</c>, <c>--timings=json</c>).</summary>
    SwitchOrWord,
}
