using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Duramen.Core.Errors;

/// <summary>
/// States what must be true whatever the input was. A broken invariant is a bug in Duramen, not a condition to handle:
/// the owner of the damaged object stops it at once and keeps this exception as the first cause.
/// </summary>
public static class Invariant
{
    /// <summary>The code of every broken invariant.</summary>
    public static ErrorCode Broken => new("invariant-broken");

    /// <summary>Throws when <paramref name="condition"/> is false; checked in release builds too.</summary>
    [StackTraceHidden]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Holds(
        [DoesNotReturnIf(false)] bool condition,
        [CallerArgumentExpression(nameof(condition))] string text = "",
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
    {
        if (!condition)
        {
            Throw(text, file, line);
        }
    }

    [DoesNotReturn]
    [StackTraceHidden]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Throw(string text, string file, int line) =>
        throw new DuramenException(
            Broken,
            $"Broken invariant in {Path.GetFileName(file)}:{line}: {text}.",
            "This is a bug in Duramen; please report it with this message.");
}
