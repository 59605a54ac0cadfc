using System.Text.Json.Serialization;

namespace AccountsAsEntities.Tests;

/// <summary>What can happen to an account.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(Deposited), "deposited")]
[JsonDerivedType(typeof(Withdrawn), "withdrawn")]
public abstract record AccountEvent;

public sealed record Deposited(long Cents) : AccountEvent;

public sealed record Withdrawn(long Cents) : AccountEvent;

/// <summary>How the events are written.</summary>
[JsonSerializable(typeof(AccountEvent))]
public sealed partial class AccountJson : JsonSerializerContext;
