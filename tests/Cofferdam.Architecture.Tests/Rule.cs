namespace Cofferdam.Architecture.Tests;

internal enum Rule
{
    FileLength,
    MethodLength,
    OneTypePerFile,
    Message,
    Sealed,
    Name,
    SafetyComment,
    CommentedOutCode,
    PragmaReason,
}
