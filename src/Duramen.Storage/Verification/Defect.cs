using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.Storage.Verification;

/// <summary>Something that verification found in a data folder.</summary>
/// <param name="Code">The kind of defect, one of the codes of <c>docs/errors.md</c>; null when it is no damage.</param>
/// <param name="File">The file or folder, relative to the data folder; empty for the folder itself.</param>
/// <param name="Position">The byte of the file where it begins; null when it concerns the whole file.</param>
/// <param name="Log">The name of the log it concerns, if it concerns one.</param>
/// <param name="Offset">The first offset it concerns, when that is known.</param>
/// <param name="Message">What is wrong, without the place.</param>
/// <param name="IsDamage">
/// False for what harms nothing and is only worth knowing: bytes that nothing refers to, and files that a crash left over.
/// </param>
public sealed record Defect(ErrorCode? Code, string File, long? Position, string? Log, Offset? Offset, string Message, bool IsDamage = true);
