using System.Globalization;

namespace Duramen.State.Store.Runs;

/// <summary>What the files of runs are called: numbers that are never used again.</summary>
internal static class RunName
{
    public const string Extension = ".run";

    public static string Of(long number) => string.Create(CultureInfo.InvariantCulture, $"{number:D12}{Extension}");
}
