using System.Globalization;
using Duramen.Consensus.Contract;

namespace Duramen.Simulation.Reports;

/// <summary>Entries in words: index and epoch, and the ballot of the last acceptance where that is another.</summary>
internal static class EntryText
{
    public static string Of(in EntryHeader header)
    {
        string again = header.AcceptedIn == header.Epoch ? "" : $"(in {EpochText.Of(header.AcceptedIn)})";
        return string.Create(CultureInfo.InvariantCulture, $"{header.Index}@{EpochText.Of(header.Epoch)}{again}");
    }
}
