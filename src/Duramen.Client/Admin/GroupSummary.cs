namespace Duramen.Client.Admin;

/// <summary>A group in a list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ProtocolType">What its members are; <c>consumer</c> for consumers, empty when it only has offsets.</param>
/// <param name="State">Its state in Kafka's words; empty when it is not told.</param>
public sealed record GroupSummary(string Id, string ProtocolType, string State);
