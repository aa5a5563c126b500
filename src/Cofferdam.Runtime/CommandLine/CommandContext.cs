using Cofferdam.Runtime.Logging;

namespace Cofferdam.Runtime.CommandLine;

/// <summary>What a command gets: the global options, its own, and its positional arguments.</summary>
internal sealed record CommandContext(GlobalOptions Global, ParsedOptions Options, IReadOnlyList<string> Arguments, Log Log);
