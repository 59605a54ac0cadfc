using Duramen.Core.Ids;

namespace Duramen.State.Tables;

/// <summary>Why a table stopped.</summary>
/// <param name="Log">The name of the log whose record could not be folded; null when the cause is no record.</param>
/// <param name="Offset">The offset of the record, or of the first record of a batch that cannot be read.</param>
/// <param name="Next">The offset that the fold goes on from when what is there is skipped.</param>
/// <param name="Cause">What went wrong.</param>
public sealed record TableFault(string? Log, Offset Offset, Offset Next, Exception Cause);
