namespace Duramen.Storage.Verification;

/// <summary>What a verification read and found.</summary>
/// <param name="Logs">Logs looked at.</param>
/// <param name="Segments">Segments read.</param>
/// <param name="Batches">Sound batches in them.</param>
/// <param name="Records">Records decoded.</param>
/// <param name="Bytes">Bytes of sound batches.</param>
/// <param name="Damages">Defects that are damage.</param>
public readonly record struct VerificationSummary(int Logs, int Segments, long Batches, long Records, long Bytes, int Damages);
